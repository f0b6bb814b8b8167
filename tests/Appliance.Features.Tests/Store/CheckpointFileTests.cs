using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class CheckpointFileTests
{
    private static readonly CheckpointFile Sample = new()
    {
        Number = 7, PageBits = 22, SegmentBits = 26, Rows = 3, LiveBytes = 900, Begin = 64, Until = 5000, LogToken = Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), LogMetadata = [1, 2],
        Index = new IndexFile(Guid.Parse("ffeeddcc-bbaa-9988-7766-554433221100"), [3], 4096, 99, 2048), Ranges = [new LogRange(0, 4608, 5)], LastSector = [4, 5, 6], Position = [9, 9, 9],
    };

    [Fact]
    public void What_is_written_is_read_back()
    {
        Assert.True(CheckpointFile.TryDecode(Sample.Encode(), out var file, out _));
        Assert.Equal(Sample.Encode(), file.Encode());
        Assert.Equal((7, 3, 5000), (file.Number, file.Rows, file.Until));
        Assert.Equal([9, 9, 9], file.Position);
    }

    [Fact]
    public void A_change_of_any_byte_or_a_cut_at_any_byte_is_seen()
    {
        var bytes = Sample.Encode();
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = (byte[])bytes.Clone();
            changed[i] ^= 0x10;
            Assert.False(CheckpointFile.TryDecode(changed, out _, out var reason), $"byte {i}");
            Assert.NotEmpty(reason);
            Assert.False(CheckpointFile.TryDecode(bytes[..i], out _, out _), $"cut at {i}");
        }
    }
}
