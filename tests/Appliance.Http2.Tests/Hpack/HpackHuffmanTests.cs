using System.Text;
using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackHuffmanTests
{
    [Fact]
    public void The_lengths_are_those_of_the_RFC() =>
        Assert.Equal(Rfc7541Codes.All.Select(entry => (byte)entry.Length), HpackHuffmanCode.Lengths.ToArray());

    [Fact]
    public void Each_byte_is_decoded_from_its_code_in_the_RFC()
    {
        for (var symbol = 0; symbol < 256; symbol++) Assert.Equal([(byte)symbol], Decode(HuffmanEncoder.Encode([(byte)symbol])));
    }

    [Fact]
    public void Each_pair_of_bytes_is_decoded_in_its_order()
    {
        for (var pair = 0; pair < 65536; pair++)
        {
            byte[] text = [(byte)(pair >> 8), (byte)pair];
            Assert.Equal(text, Decode(HuffmanEncoder.Encode(text)));
        }
    }

    [Fact]
    public void Random_strings_are_decoded()
    {
        const int seed = 7541;
        var random = new Random(seed);
        for (var i = 0; i < 2000; i++)
        {
            var text = new byte[random.Next(200)];
            random.NextBytes(text);
            Assert.True(text.AsSpan().SequenceEqual(Decode(HuffmanEncoder.Encode(text))), $"seed {seed}, string {i}");
        }
    }

    [Fact]
    public void The_shortest_codes_fill_the_longest_result()
    {
        var text = Encoding.ASCII.GetBytes(new string('0', 64000));
        var encoded = HuffmanEncoder.Encode(text);
        Assert.Equal(40000, encoded.Length);
        Assert.Equal(64000, HpackHuffman.MaxDecodedLength(encoded.Length));
        Assert.Equal(text, Decode(encoded));
    }

    [Fact]
    public void The_end_of_string_code_is_refused()
    {
        var bits = new List<bool>();
        HuffmanEncoder.Append(bits, 'a');
        HuffmanEncoder.Append(bits, HpackHuffmanCode.EndOfString);
        while (bits.Count % 8 != 0) bits.Add(true);
        Assert.False(TryDecode(HuffmanEncoder.Pack(bits), out _));
    }

    [Theory]
    [InlineData("ff")] // 8 bits of padding
    [InlineData("1fff")] // "a", then 11
    [InlineData("ffffffff")] // all ones, as the end of the string begins
    public void Padding_of_more_than_7_bits_is_refused(string hex) => Assert.False(TryDecode(Blocks.Hex(hex), out _));

    [Theory]
    [InlineData("18")] // "a" (00011), then 000
    [InlineData("1e")] // "a", then 110
    [InlineData("1b")] // "a", then 011
    public void Padding_that_is_not_all_ones_is_refused(string hex) => Assert.False(TryDecode(Blocks.Hex(hex), out _));

    [Fact]
    public void A_long_code_that_is_cut_off_is_refused() => Assert.False(TryDecode(HuffmanEncoder.Encode([0x00])[..1], out _));

    [Fact]
    public void An_empty_string_is_empty() => Assert.Equal([], Decode([]));

    private static byte[] Decode(byte[] encoded)
    {
        Assert.True(TryDecode(encoded, out var decoded));
        return decoded;
    }

    private static bool TryDecode(byte[] encoded, out byte[] decoded)
    {
        decoded = new byte[HpackHuffman.MaxDecodedLength(encoded.Length)];
        var isDecoded = HpackHuffman.TryDecode(encoded, decoded, out var written);
        decoded = decoded[..written];
        return isDecoded;
    }
}
