using System.IO.Compression;
using Appliance.Host.Codings;
using Appliance.Host.Rest;
using Appliance.Inference;
using Appliance.Inference.Tensors;

namespace Appliance.Host.Tests.Codings;

public sealed class PackingTests
{
    [Theory]
    [InlineData("Gzip", 1)]
    [InlineData("Gzip", 70_000)]
    [InlineData("Deflate", 1)]
    [InlineData("Deflate", 70_000)]
    public void What_is_packed_here_unpacks_here_and_elsewhere(string name, int length)
    {
        var coding = Enum.Parse<ContentCoding>(name);
        var content = Content(length);
        using var packed = new PooledBuffer();
        Packing.Pack(content, coding, packed);
        byte[] bytes = packed.Written.ToArray();
        Assert.Equal(content, Unpacked(bytes, coding, length));
        using Stream stream = coding == ContentCoding.Gzip ? new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress) : new ZLibStream(new MemoryStream(bytes), CompressionMode.Decompress);
        var elsewhere = new MemoryStream();
        stream.CopyTo(elsewhere);
        Assert.Equal(content, elsewhere.ToArray());
    }

    [Fact]
    public void Deflate_without_its_frame_is_taken_too()
    {
        var content = Content(5_000);
        var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(content);
        Assert.Equal(content, Unpacked(packed.ToArray(), ContentCoding.Deflate, content.Length));
    }

    [Theory]
    [InlineData(99, ScoreStatus.TooLarge)]
    [InlineData(100, ScoreStatus.Ok)]
    public void The_limit_is_on_what_it_unpacks_to(int limit, ScoreStatus expected)
    {
        using var packed = new PooledBuffer();
        Packing.Pack(Content(100), ContentCoding.Gzip, packed);
        Assert.Equal(expected, Packing.Unpack(packed.Written.ToArray(), ContentCoding.Gzip, limit, "thing", out var unpacked, out _, out var error));
        Assert.Equal(expected == ScoreStatus.Ok ? null : "the thing unpacks to more than the 99 bytes that are taken", error);
        if (unpacked is not null) RequestMemory.Instance.Return(unpacked);
    }

    [Fact]
    public void A_bomb_is_left_after_the_limit_and_takes_no_more_memory_than_that()
    {
        using var bomb = new PooledBuffer();
        Packing.Pack(new byte[256 << 20], ContentCoding.Gzip, bomb);
        var packed = bomb.Written.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ScoreStatus.TooLarge, Packing.Unpack(packed, ContentCoding.Gzip, 1 << 20, "thing", out var unpacked, out _, out _));
        Assert.Null(unpacked);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 8 << 20);
    }

    [Theory]
    [InlineData("Gzip")]
    [InlineData("Deflate")]
    public void What_is_cut_short_or_no_such_thing_is_refused_by_its_name(string name)
    {
        var coding = Enum.Parse<ContentCoding>(name);
        using var packed = new PooledBuffer();
        Packing.Pack(Content(5_000), coding, packed);
        foreach (byte[] wrong in new[] { packed.Written.ToArray()[..^20], [0xFF, 0xFE, 1, 2, 3, 4] })
        {
            Assert.Equal(ScoreStatus.InvalidArgument, Packing.Unpack(wrong, coding, 10_000, "thing", out var unpacked, out _, out var error));
            Assert.Null(unpacked);
            Assert.Equal($"the thing is marked as {ContentCodings.Name(coding)} and is not", error);
        }
    }

    private static byte[] Unpacked(byte[] packed, ContentCoding coding, int limit)
    {
        Assert.Equal(ScoreStatus.Ok, Packing.Unpack(packed, coding, limit, "thing", out var unpacked, out var length, out _));
        var content = unpacked.AsSpan(0, length).ToArray();
        RequestMemory.Instance.Return(unpacked!);
        return content;
    }

    private static byte[] Content(int length) => [.. Enumerable.Range(0, length).Select(i => (byte)(i * i / 7))];
}
