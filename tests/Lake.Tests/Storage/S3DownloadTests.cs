using System.Globalization;
using Lake.Storage;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Storage;

/// <summary>Large objects that come in parts.</summary>
[Collection(S3Collection.Name)]
public sealed class S3DownloadTests(S3Server server) : IDisposable
{
    private const int Part = 1 << 16, Size = (4 * Part) + 1001;

    private readonly S3Place _place = new(server, o => (o.DownloadPartBytes, o.ParallelParts, o.RequestTimeout) = (Part, 2, TimeSpan.FromSeconds(2)));

    private string Location => $"{_place.Root}/data/a.parquet";

    public void Dispose() => _place.Dispose();

    [Fact]
    public async Task Each_part_is_asked_for_once_and_a_small_object_by_one_request()
    {
        var bytes = await WriteAsync(Size);
        await SameAsync(bytes);
        Assert.Equal([null, "131072-196607", "196608-262143", "262144-263144", "65536-131071"], Reads().Order(StringComparer.Ordinal));
        foreach (var size in new[] { 0, 1, Part - 1, Part })
        {
            var start = _place.Proxy.Requests.Count;
            await SameAsync(await WriteAsync(size));
            Assert.Equal(["PUT", "GET"], _place.Proxy.Requests.Skip(start).Select(r => r.Method));
        }
        await SameAsync(await WriteAsync(Part + 1));
        Assert.Equal("65536-65536", Reads()[^1]);
    }

    [Theory]
    [InlineData(S3Fault.SlowDown)]
    [InlineData(S3Fault.Dropped)]
    [InlineData(S3Fault.Lost)]
    [InlineData(S3Fault.Cut)]
    [InlineData(S3Fault.Slow)]
    public async Task A_part_that_fails_comes_again_and_no_other_does(S3Fault fault)
    {
        var bytes = await WriteAsync(Size);
        _place.Proxy.Faults = (_, r) => r.Range?.StartsWith("131072-", StringComparison.Ordinal) == true && _place.Proxy.Failed == 0 ? fault : null;
        await SameAsync(bytes);
        Assert.Equal(1, _place.Proxy.Failed);
        Assert.Equal(fault == S3Fault.Slow ? 5 : 6, Reads().Count);
        Assert.Equal(fault == S3Fault.Slow ? 1 : 2, Reads().Count(r => r?.EndsWith("-196607", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task A_part_that_stalls_goes_on_where_it_stood()
    {
        var bytes = await WriteAsync(Size);
        _place.Proxy.Faults = (_, r) => r.Range == "131072-196607" ? S3Fault.Stalled : null;
        await SameAsync(bytes);
        Assert.Equal(["131072-196607", "163840-196607"], Reads().Where(r => r?.EndsWith("-196607", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task A_part_that_fails_each_time_is_told_and_no_copy_is_left()
    {
        await WriteAsync(Size);
        _place.Proxy.Faults = (_, r) => r.Range?.StartsWith("196608-", StringComparison.Ordinal) == true ? S3Fault.SlowDown : null;
        var e = await Assert.ThrowsAsync<IOException>(() => _place.Storage.OpenLocalAsync(Location, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be read: S3 answered 503 SlowDown: as the test says; tried 4 times; do it again later, or raise S3:Retries", e.Message);
        Assert.Empty(_place.Staged());
    }

    [Fact]
    public async Task An_object_that_is_replaced_between_two_parts_is_not_mixed_with_the_new_one()
    {
        await WriteAsync(Size);
        using var folder = new TemporaryFolder();
        using var other = new S3Storage(server.Options(folder.Path));
        var isReplaced = false;
        _place.Proxy.Faults = (_, r) =>
        {
            if (r.Range is null || isReplaced) return null;
            isReplaced = true;
            other.WriteAsync(Location, new byte[Size], LakeBed.Cancellation).GetAwaiter().GetResult();
            return null;
        };
        var e = await Assert.ThrowsAsync<IOException>(() => _place.Storage.OpenLocalAsync(Location, LakeBed.Cancellation));
        Assert.Equal($"{Location} cannot be read: it was replaced meanwhile; read it again", e.Message);
        Assert.Empty(_place.Staged());
    }

    private List<string?> Reads() => [.. _place.Proxy.Requests.Where(r => r.Method == "GET").Select(r => r.Range)];

    private async Task<byte[]> WriteAsync(int size)
    {
        var bytes = new byte[size];
        new Random(size).NextBytes(bytes);
        await _place.WriteAsync(Location, bytes);
        return bytes;
    }

    private async Task SameAsync(byte[] bytes)
    {
        using (var file = await _place.Storage.OpenLocalAsync(Location, LakeBed.Cancellation))
        {
            var read = await File.ReadAllBytesAsync(file.Path, LakeBed.Cancellation);
            Assert.True(bytes.AsSpan().SequenceEqual(read), bytes.Length.ToString(CultureInfo.InvariantCulture));
        }
        Assert.Empty(_place.Staged());
    }
}
