using System.Text;
using Lake.Storage;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Storage;

/// <summary>S3 that is overloaded, cuts answers off, does not answer, and answers twice.</summary>
public sealed class S3FaultTests : IDisposable
{
    private const string Location = "s3://lake/t/metadata/v1.metadata.json";

    private readonly TemporaryFolder _folder = new();
    private readonly ScriptedS3 _server = new();

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Overload_and_answers_that_are_cut_off_are_tried_again()
    {
        _server.AnswerError(503, "SlowDown");
        _server.AnswerError(500, "InternalError");
        _server.Answer(200, "the whole body", cutAt: 5);
        _server.Answer(200, "the whole body");
        using var storage = Storage();
        Assert.Equal("the whole body", Encoding.UTF8.GetString(await storage.ReadAsync(Location, LakeBed.Cancellation)));
        Assert.Equal(["GET", "GET", "GET", "GET"], _server.Requests);
    }

    [Fact]
    public async Task A_fault_that_stays_is_told_with_location_and_tries()
    {
        for (var i = 0; i < 4; i++) _server.AnswerError(503, "SlowDown");
        using var storage = Storage();
        var e = await Assert.ThrowsAsync<IOException>(() => storage.WriteAsync(Location, new byte[] { 1 }, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be written: S3 answered 503 SlowDown: as the script says; tried 4 times; do it again later, or raise S3:Retries", e.Message);
    }

    [Fact]
    public async Task No_answer_ends_with_the_time_limit()
    {
        for (var i = 0; i < 2; i++) _server.Hang();
        var options = _server.Options(_folder["staging"]);
        (options.RequestTimeout, options.Retries) = (TimeSpan.FromMilliseconds(300), 1);
        using var storage = new S3Storage(options);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.ReadAsync(Location, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be read: S3 did not answer within 0.3 s; tried 2 times; see that server and network are well, or raise S3:RequestTimeout", e.Message);
    }

    [Fact]
    public async Task A_staged_copy_that_is_cut_off_is_fetched_again_whole()
    {
        _server.Answer(200, new string('x', 5000), cutAt: 4000);
        _server.Answer(200, new string('y', 5000));
        using var storage = Storage();
        using (var file = await storage.OpenLocalAsync("s3://lake/t/a.parquet", LakeBed.Cancellation))
        {
            Assert.Equal(new string('y', 5000), await File.ReadAllTextAsync(file.Path, LakeBed.Cancellation));
        }
        Assert.Empty(Directory.EnumerateFiles(_folder["staging"], "*.parquet", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Where_conditions_are_heeded_one_creates_and_the_bucket_is_asked_once()
    {
        Probe();
        _server.Answer(200);
        _server.AnswerError(412, "PreconditionFailed");
        _server.Answer(200, "someone else's");
        using var storage = Storage();
        Assert.True(await storage.TryCreateAsync(Location, "mine"u8.ToArray(), LakeBed.Cancellation));
        Assert.False(await storage.TryCreateAsync("s3://lake/t/metadata/v2.metadata.json", "mine"u8.ToArray(), LakeBed.Cancellation));
        Assert.Equal(["PUT*", "PUT*", "DELETE", "PUT*", "PUT*", "GET"], _server.Requests);
    }

    [Fact]
    public async Task A_create_whose_answer_was_lost_is_known_as_ours()
    {
        Probe();
        _server.AnswerError(500, "InternalError");
        _server.AnswerError(412, "PreconditionFailed");
        _server.Answer(200, "mine");
        using var storage = Storage();
        Assert.True(await storage.TryCreateAsync(Location, "mine"u8.ToArray(), LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_list_of_several_pages_is_whole()
    {
        _server.Answer(200, Page("t/a", "<IsTruncated>true</IsTruncated><NextContinuationToken>more</NextContinuationToken>"));
        _server.AnswerError(503, "SlowDown");
        _server.Answer(200, Page("t/b", "<IsTruncated>false</IsTruncated>"));
        using var storage = Storage();
        var files = await LakeBed.FilesAsync(storage, "s3://lake/t");
        Assert.Equal([new StoredFile("s3://lake/t/a", 7, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)), new StoredFile("s3://lake/t/b", 7, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero))], files);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task An_upload_that_fails_in_a_part_is_aborted()
    {
        _server.Answer(200, "<InitiateMultipartUploadResult><Bucket>lake</Bucket><Key>t/a</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
        _server.AnswerError(403, "AccessDenied");
        _server.Answer(204);
        var options = _server.Options(_folder["staging"]);
        (options.PartBytes, options.ParallelParts) = (5 << 20, 1);
        using var storage = new S3Storage(options);
        using var file = await storage.CreateLocalAsync("s3://lake/t/a", LakeBed.Cancellation);
        await File.WriteAllBytesAsync(file.Path, new byte[(5 << 20) + 1], LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.PublishAsync(file, LakeBed.Cancellation));
        Assert.StartsWith("s3://lake/t/a cannot be written: S3 answered 403 AccessDenied", e.Message, StringComparison.Ordinal);
        Assert.Equal(["POST", "PUT", "DELETE"], _server.Requests);
    }

    [Fact]
    public async Task An_upload_whose_end_is_answered_with_an_error_in_a_good_answer_is_ended_again()
    {
        _server.Answer(200, "<InitiateMultipartUploadResult><Bucket>lake</Bucket><Key>t/a</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>");
        for (var part = 0; part < 2; part++) _server.Answer(200);
        // As S3 does where it fails after it began to answer.
        _server.Answer(200, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>InternalError</Code><Message>as the script says</Message><RequestId>1</RequestId></Error>");
        _server.Answer(200, "<CompleteMultipartUploadResult><Bucket>lake</Bucket><Key>t/a</Key><ETag>\"1-2\"</ETag></CompleteMultipartUploadResult>");
        var options = _server.Options(_folder["staging"]);
        (options.PartBytes, options.ParallelParts) = (5 << 20, 1);
        using var storage = new S3Storage(options);
        using var file = await storage.CreateLocalAsync("s3://lake/t/a", LakeBed.Cancellation);
        await File.WriteAllBytesAsync(file.Path, new byte[(5 << 20) + 1], LakeBed.Cancellation);
        await storage.PublishAsync(file, LakeBed.Cancellation);
        Assert.Equal(["POST", "PUT", "PUT", "POST", "POST"], _server.Requests);
    }

    [Fact]
    public async Task Of_several_objects_those_that_cannot_be_deleted_now_are_asked_for_again_and_one_that_must_not_be_is_named()
    {
        _server.Answer(200, Deleted(("t/a", "InternalError")));
        _server.Answer(200, Deleted(("t/b", "NoSuchKey")));
        _server.Answer(200, Deleted(("t/b", "AccessDenied")));
        using var storage = Storage();
        string[] locations = ["s3://lake/t/a", "s3://lake/t/b"];
        await storage.DeleteAsync(locations, LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.DeleteAsync(locations, LakeBed.Cancellation));
        Assert.Equal("s3://lake/t/a, with 1 others, cannot be deleted: S3 answered 403 AccessDenied: as the script says (t/b); give the credentials the right s3:DeleteObject to it, or set others", e.Message);
        Assert.Equal(["POST", "POST", "POST"], _server.Requests);
    }

    [Fact]
    public async Task What_is_not_there_is_deleted_and_what_cannot_be_written_is_no_missing_file()
    {
        _server.AnswerError(404, "NoSuchKey");
        _server.AnswerError(404, "NoSuchKey");
        using var storage = Storage();
        await storage.DeleteAsync(Location, LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.WriteAsync(Location, new byte[] { 1 }, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be written: S3 answered 404 NoSuchKey: as the script says; the server's own log may say more", e.Message);
    }

    [Theory]
    [InlineData("AccessDenied", "give the credentials the right s3:GetObject to it, or set others")]
    [InlineData("SignatureDoesNotMatch", "set S3:AccessKey and S3:SecretKey, or what the SDK finds without them, to credentials that are valid")]
    public async Task A_refusal_says_what_would_help(string code, string advice)
    {
        _server.AnswerError(403, code);
        using var storage = Storage();
        var e = await Assert.ThrowsAsync<IOException>(() => storage.ReadAsync(Location, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be read: S3 answered 403 {code}: as the script says; {advice}", e.Message);
    }

    private static string Deleted((string Key, string Code) error) =>
        $"<?xml version=\"1.0\" encoding=\"UTF-8\"?><DeleteResult><Error><Key>{error.Key}</Key><Code>{error.Code}</Code><Message>as the script says</Message></Error></DeleteResult>";

    private static string Page(string key, string more) =>
        $"<ListBucketResult><Name>lake</Name>{more}<Contents><Key>{key}</Key><LastModified>2026-01-02T03:04:05.000Z</LastModified><Size>7</Size></Contents></ListBucketResult>";

    private void Probe()
    {
        _server.Answer(200);
        _server.AnswerError(412, "PreconditionFailed");
        _server.Answer(204);
    }

    private S3Storage Storage() => new(_server.Options(_folder["staging"]));
}
