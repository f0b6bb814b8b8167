using Amazon.Runtime;
using Lake.Storage;

namespace Lake.Tests.Storage;

public class S3MessagesTests
{
    [Fact]
    public void Credentials_that_are_not_there_are_told_with_the_settings_that_give_them() =>
        Assert.Equal(
            "s3://lake/a cannot be read: Failed to resolve AWS credentials.; tried 6 times; set S3:AccessKey and S3:SecretKey, or what the SDK looks for without them",
            S3Messages.Of("s3://lake/a", S3Operation.Read, new AmazonClientException("Failed to resolve AWS credentials."), 6, TimeSpan.FromSeconds(30)));

    [Fact]
    public void What_may_pass_is_to_be_done_again() =>
        Assert.Equal("s3://lake/a cannot be read: the connection ended; do it again later, or raise S3:Retries", S3Messages.Of("s3://lake/a", S3Operation.Read, new IOException("the connection ended"), 1, TimeSpan.FromSeconds(30)));
}
