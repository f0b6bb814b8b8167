using System.Security.Cryptography;
using Lake.Storage;
using Lake.Tests.Tables;

namespace Lake.Tests.Storage;

/// <summary>Uploads in parts, and the reading of what came of them, on a network that loses this and that.</summary>
[Collection(S3Collection.Name)]
public sealed class S3UploadFaultTests(S3Server server) : IDisposable
{
    private const int Size = (11 << 20) + 7;

    private readonly S3Place _place = new(server, o => (o.PartBytes, o.ParallelParts) = (5 << 20, 1));

    private string Location => $"{_place.Root}/data/a.parquet";

    public void Dispose() => _place.Dispose();

    [Theory]
    [InlineData(S3Fault.SlowDown)]
    [InlineData(S3Fault.Dropped)]
    [InlineData(S3Fault.Lost)]
    [InlineData(S3Fault.Cut)]
    public async Task Parts_that_are_lost_on_the_way_go_again(S3Fault fault)
    {
        var parts = 0;
        _place.Proxy.Faults = (_, r) => r.IsPart && parts++ % 2 == 0 ? fault : null;
        var bytes = await UploadAsync();
        Assert.Equal(3, _place.Proxy.Failed);
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await _place.ReadAsync(Location)));
    }

    [Fact]
    public async Task A_part_that_the_server_has_lost_ends_the_upload_and_no_shorter_file_is_left()
    {
        var parts = 0;
        _place.Proxy.Faults = (_, r) => r.IsPart && parts++ == 1 ? S3Fault.Swallowed : null;
        var e = await Assert.ThrowsAsync<IOException>(UploadAsync);
        Assert.Equal($"{Location} cannot be written: S3 answered 400 InvalidPart: as the test says; the server's own log may say more", e.Message);
        Assert.False(await _place.ExistsAsync(Location));
        Assert.Contains(_place.Proxy.Requests, r => r is { Method: "DELETE", Upload: not null });
        Assert.Empty(_place.Staged());
    }

    [Theory]
    [InlineData(S3Fault.Lost)]
    [InlineData(S3Fault.Cut)]
    public async Task An_upload_whose_last_answer_was_lost_is_known_to_be_there(S3Fault fault)
    {
        _place.Proxy.Faults = (_, r) => r is { Method: "POST", Upload: not null } && _place.Proxy.Failed == 0 ? fault : null;
        var bytes = await UploadAsync();
        Assert.Equal(2, _place.Proxy.Requests.Count(r => r is { Method: "POST", Upload: not null }));
        Assert.Equal(SHA256.HashData(bytes), SHA256.HashData(await _place.ReadAsync(Location)));
    }

    [Fact]
    public async Task An_upload_that_someone_cleared_away_is_a_failure_and_no_missing_file()
    {
        // The server says that there is no such upload, and there is no such object either.
        _place.Proxy.Faults = (_, r) => r is { Method: "POST", Upload: not null } && _place.Proxy.Failed == 0 ? S3Fault.NoUpload : null;
        var e = await Assert.ThrowsAsync<IOException>(UploadAsync);
        Assert.StartsWith($"{Location} cannot be written: S3 answered 404 ", e.Message, StringComparison.Ordinal);
        Assert.False(await _place.ExistsAsync(Location));
    }

    [Theory]
    [InlineData(S3Fault.Slow)]
    [InlineData(S3Fault.Cut)]
    public async Task A_file_that_comes_piece_by_piece_or_is_cut_off_is_read_whole(S3Fault fault)
    {
        var bytes = await UploadAsync();
        _place.Proxy.Faults = (_, r) => r.Method == "GET" && _place.Proxy.Failed == 0 ? fault : null;
        using (var file = await _place.Storage.OpenLocalAsync(Location, LakeBed.Cancellation)) Assert.Equal(bytes, await File.ReadAllBytesAsync(file.Path, LakeBed.Cancellation));
        Assert.Equal(1, _place.Proxy.Failed);
        Assert.Empty(_place.Staged());
    }

    [Fact]
    public async Task A_read_that_stalls_in_the_middle_of_a_file_is_cancelled_at_once_and_leaves_no_copy()
    {
        await UploadAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(LakeBed.Cancellation);
        _place.Proxy.Faults = (_, r) => r.Method == "GET" ? S3Fault.Stalled : null;
        var read = _place.Storage.OpenLocalAsync(Location, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        Assert.Empty(_place.Staged());
    }

    private async Task<byte[]> UploadAsync()
    {
        var bytes = new byte[Size];
        new Random(5).NextBytes(bytes);
        using var file = await _place.Storage.CreateLocalAsync(Location, LakeBed.Cancellation);
        await File.WriteAllBytesAsync(file.Path, bytes, LakeBed.Cancellation);
        Assert.Equal(Size, await _place.Storage.PublishAsync(file, LakeBed.Cancellation));
        return bytes;
    }
}
