using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Storage;

[Collection(S3Collection.Name)]
public sealed class S3StorageTests : StorageTests
{
    private readonly S3Server _server;
    private readonly S3Storage _storage;
    private readonly string _root = $"s3://{S3Server.Bucket}/{Guid.NewGuid():N}";

    public S3StorageTests(S3Server server)
    {
        _server = server;
        _storage = new S3Storage(Options());
    }

    private protected override ITableStorage Storage => _storage;

    private protected override string Root => _root;

    public override void Dispose()
    {
        _storage.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task A_large_file_goes_in_parts_and_comes_back_whole()
    {
        var bytes = new byte[(12 << 20) + 17];
        new Random(2).NextBytes(bytes);
        using (var file = await _storage.CreateLocalAsync($"{_root}/big.parquet", LakeBed.Cancellation))
        {
            await File.WriteAllBytesAsync(file.Path, bytes, LakeBed.Cancellation);
            Assert.Equal(bytes.Length, await _storage.PublishAsync(file, LakeBed.Cancellation));
        }
        Assert.Equal(bytes, await _storage.ReadAsync($"{_root}/big.parquet", LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_server_that_replaces_whatever_is_asked_is_found_out_and_nothing_is_created_on_it()
    {
        var location = $"{_root}/metadata/v1.metadata.json";
        var e = await Assert.ThrowsAsync<Lake.Catalog.CatalogException>(() => _storage.TryCreateAsync(location, Bytes("x"), LakeBed.Cancellation));
        Assert.Equal($"{location} cannot be created: the server of bucket lake replaces objects although it is asked not to (If-None-Match), so commits could undo each other; use the SQL catalog for tables in it", e.Message);
        Assert.Empty(await LakeBed.FilesAsync(_storage, _root));
    }

    [Fact]
    public async Task Staged_copies_go_when_they_are_closed_and_more_than_the_limit_is_refused()
    {
        var options = Options();
        options.StagingBytes = 2500;
        using var storage = new S3Storage(options);
        await storage.WriteAsync($"{_root}/a", new byte[1000], LakeBed.Cancellation);
        var first = await storage.OpenLocalAsync($"{_root}/a", LakeBed.Cancellation);
        using var second = await storage.OpenLocalAsync($"{_root}/a", LakeBed.Cancellation);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.OpenLocalAsync($"{_root}/a", LakeBed.Cancellation));
        Assert.Matches($"^{_root}/a cannot be staged: 3000 bytes would be in .*, and S3:StagingBytes is 2500; raise it", e.Message);
        first.Dispose();
        Assert.False(File.Exists(first.Path));
        using var third = await storage.OpenLocalAsync($"{_root}/a", LakeBed.Cancellation);
        Assert.Equal(1000, new FileInfo(third.Path).Length);
    }

    [Fact]
    public async Task What_a_dead_process_staged_is_cleared_away_and_what_a_living_one_staged_stays()
    {
        await _storage.WriteAsync($"{_root}/a", new byte[10], LakeBed.Cancellation);
        using var living = await _storage.OpenLocalAsync($"{_root}/a", LakeBed.Cancellation);
        var dead = Directory.CreateDirectory(Folder["staging/dead"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(dead, ".lock"), "", LakeBed.Cancellation);
        await File.WriteAllTextAsync(Path.Combine(dead, "x.parquet"), "half", LakeBed.Cancellation);
        using (var next = new S3Storage(Options()))
        {
            Assert.False(Directory.Exists(dead));
            Assert.True(File.Exists(living.Path));
        }
    }

    [Fact]
    public async Task Wrong_credentials_are_refused_at_once_and_no_message_has_them()
    {
        var options = Options();
        (options.AccessKey, options.SecretKey) = ("AKIAWRONGKEY", "a-wrong-secret");
        using var storage = new S3Storage(options);
        var e = await Assert.ThrowsAsync<IOException>(() => storage.ReadAsync($"{_root}/a", LakeBed.Cancellation));
        Assert.StartsWith($"{_root}/a cannot be read: S3 answered 403 ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("AKIAWRONGKEY", e.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("a-wrong-secret", e.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_bucket_that_is_not_there_is_told_as_that()
    {
        var e = await Assert.ThrowsAsync<IOException>(() => _storage.WriteAsync("s3://no-such-bucket/a", Bytes("x"), LakeBed.Cancellation));
        Assert.StartsWith("s3://no-such-bucket/a cannot be written: S3 answered 404 NoSuchBucket", e.Message, StringComparison.Ordinal);
    }

    private S3Options Options()
    {
        var options = _server.Options(Folder["staging"]);
        options.PartBytes = 5 << 20;
        return options;
    }
}
