using System.Net;
using Amazon.Runtime;
using Amazon.S3;
using Lake.Storage;

namespace Lake.Tests.Storage;

public sealed class S3OptionsValidatorTests
{
    [Fact]
    public void Every_wrong_setting_is_told_with_key_value_and_rule_and_no_secret()
    {
        var options = new S3Options
        {
            ServiceUrl = "ftp://x", Region = "", SecretKey = "hidden", SessionToken = "hidden", StagingFolder = "relative", StagingBytes = 0, PartBytes = 1, DownloadPartBytes = 1, RestoreDays = 0, RestoreTier = "fast", ParallelParts = 0,
            RequestTimeout = TimeSpan.Zero, Retries = -1, MinWait = TimeSpan.FromSeconds(2), MaxWait = TimeSpan.FromSeconds(1),
        };
        var errors = S3OptionsValidator.Check(options);
        Assert.Equal(
        [
            "S3:ServiceUrl is 'ftp://x'; it must be an http or https URL",
            "S3:Region is ''; it must be a region's name",
            "S3:AccessKey and S3:SecretKey: one is set; both or none must be",
            "S3:SessionToken is set; S3:AccessKey and S3:SecretKey must be too",
            "S3:StagingFolder is 'relative'; it must be an absolute path",
            "S3:StagingBytes is 0; it must be 1 or more",
            "S3:PartBytes is 1; it must be 5242880 to 5368709120",
            "S3:DownloadPartBytes is 1; it must be 65536 to 5368709120",
            "S3:RestoreDays is 0; it must be 1 or more",
            "S3:RestoreTier is 'fast'; it must be Standard, Bulk or Expedited",
            "S3:ParallelParts is 0; it must be 1 to 64",
            "S3:RequestTimeout is 00:00:00; it must be above 0",
            "S3:Retries is -1; it must be 0 to 100",
            "S3:MinWait is 00:00:02 and S3:MaxWait 00:00:01; they must be 0 or more, in that order",
        ], errors);
        Assert.Empty(S3OptionsValidator.Check(new S3Options()));
        Assert.Throws<ArgumentException>(() => new S3Storage(options));
    }

    [Theory]
    [InlineData("s3://lake/a/b.json", "lake", "a/b.json")]
    [InlineData("s3a://lake/a", "lake", "a")]
    [InlineData("s3://lake", "lake", "")]
    public void A_location_is_bucket_and_key(string location, string bucket, string key) => Assert.Equal((bucket, key), (S3Location.Parse(location).Bucket, S3Location.Parse(location).Key));

    [Theory]
    [InlineData("/tmp/x")]
    [InlineData("s3:///x")]
    [InlineData("http://lake/x")]
    public void What_is_no_location_is_refused(string location) =>
        Assert.StartsWith($"location is '{location}'; it must be s3://bucket/key", Assert.Throws<LakeRequestException>(() => S3Location.Parse(location)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(404, "NoSuchKey", nameof(S3Failure.Missing))]
    [InlineData(412, "PreconditionFailed", nameof(S3Failure.Refused))]
    [InlineData(409, "ConditionalRequestConflict", nameof(S3Failure.Passing))]
    [InlineData(409, "BucketAlreadyExists", nameof(S3Failure.Lasting))]
    [InlineData(503, "SlowDown", nameof(S3Failure.Passing))]
    [InlineData(400, "RequestTimeout", nameof(S3Failure.Passing))]
    [InlineData(403, "AccessDenied", nameof(S3Failure.Lasting))]
    public void An_answer_is_sorted_by_whether_another_try_may_do(int status, string code, string kind) =>
        Assert.Equal(kind, S3RetryPolicy.Kind(new AmazonS3Exception("x", ErrorType.Unknown, code, "1", (HttpStatusCode)status)).ToString());

    [Fact]
    public void Waits_double_up_to_the_longest_and_end_with_the_tries()
    {
        var policy = new S3RetryPolicy(4, TimeSpan.FromMilliseconds(100), TimeSpan.FromMilliseconds(500));
        Assert.Equal([100, 200, 400, 500], Enumerable.Range(1, 4).Select(t => policy.Next(S3Failure.Passing, t, 1)!.Value.TotalMilliseconds));
        Assert.Equal(50, policy.Next(S3Failure.Passing, 1, 0)!.Value.TotalMilliseconds);
        Assert.Null(policy.Next(S3Failure.Passing, 5, 1));
        Assert.Null(policy.Next(S3Failure.Lasting, 1, 1));
    }
}
