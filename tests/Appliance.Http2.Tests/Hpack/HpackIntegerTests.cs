using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackIntegerTests
{
    [Theory]
    [InlineData("0a", 5, 10)] // C.1.1
    [InlineData("1f9a0a", 5, 1337)] // C.1.2
    [InlineData("2a", 8, 42)] // C.1.3
    [InlineData("ea", 5, 10)] // the other bits of the first byte do not count
    [InlineData("1e", 5, 30)]
    [InlineData("1f00", 5, 31)]
    [InlineData("1f8000", 5, 31)]
    [InlineData("1f8080808000", 5, 31)]
    [InlineData("ff80ffffff07", 7, int.MaxValue)]
    public void A_number_is_read_to_its_last_byte(string hex, int prefixBits, int expected)
    {
        var bytes = Blocks.Hex(hex + "55");
        var position = 0;
        Assert.True(HpackInteger.TryRead(bytes, ref position, prefixBits, out var value));
        Assert.Equal(expected, value);
        Assert.Equal(bytes.Length - 1, position);
    }

    [Theory]
    [InlineData("", 5)]
    [InlineData("1f", 5)]
    [InlineData("1f80", 5)]
    [InlineData("1f9a", 5)]
    public void A_number_that_is_cut_off_is_refused(string hex, int prefixBits) => AssertRefused(hex, prefixBits);

    [Theory]
    [InlineData("ff81ffffff07", 7)] // 2^31
    [InlineData("ff80ffffff0f", 7)]
    [InlineData("ffffffffff7f", 7)]
    public void A_number_from_2_to_the_31_on_is_refused(string hex, int prefixBits) => AssertRefused(hex, prefixBits);

    [Theory]
    [InlineData("1f808080808000", 5)]
    [InlineData("1fffffffffff01", 5)]
    public void A_number_of_more_than_5_bytes_behind_the_first_is_refused(string hex, int prefixBits) => AssertRefused(hex, prefixBits);

    [Fact]
    public void Each_number_written_is_read_again()
    {
        int[] values = [0, 1, 2, 6, 7, 14, 15, 30, 31, 62, 63, 126, 127, 128, 254, 255, 256, 16383, 16510, 65535, 1 << 28, int.MaxValue];
        for (var prefixBits = 1; prefixBits <= 8; prefixBits++)
        {
            var firstBits = (byte)~((1 << prefixBits) - 1);
            foreach (var value in values)
            {
                var bytes = Blocks.Integer(firstBits, prefixBits, value);
                var position = 0;
                Assert.True(HpackInteger.TryRead(bytes, ref position, prefixBits, out var read));
                Assert.Equal((value, bytes.Length), (read, position));
                Assert.Equal(firstBits, bytes[0] & firstBits);
            }
        }
    }

    private static void AssertRefused(string hex, int prefixBits)
    {
        var position = 0;
        Assert.False(HpackInteger.TryRead(Blocks.Hex(hex), ref position, prefixBits, out _));
    }
}
