using Appliance.Http2.Hpack;

namespace Appliance.Http2.Tests.Hpack;

public sealed class HpackFuzzTests
{
    private const int Seed = 7541;

    private const int Rounds = 300_000;

    [Fact]
    public void Random_blocks_are_decoded_or_refused_and_never_throw()
    {
        var random = new Random(Seed);
        var sink = new CountingSink();
        var decoder = new HpackDecoder(200);
        var block = new byte[64];
        var taken = 0;
        for (var i = 0; i < Rounds; i++)
        {
            var length = Fill(random, block);
            if (Decode(decoder, block.AsSpan(0, length), sink, i)) taken++;
            else decoder = new(random.Next(300));

            Assert.InRange(decoder.Table.Size, 0, decoder.Table.MaxSize);
            Assert.InRange(decoder.Table.MaxSize, 0, decoder.Table.Capacity);
        }

        // Both ways out were tried: neither all noise, nor all well-formed.
        Assert.InRange(taken, Rounds / 10, Rounds * 9 / 10);
        Assert.InRange(sink.Fields, Rounds / 10, int.MaxValue);
    }

    private static bool Decode(HpackDecoder decoder, ReadOnlySpan<byte> block, CountingSink sink, int number)
    {
        try
        {
            return decoder.TryDecode(block, sink);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {Seed}, block {number}: {Convert.ToHexString(block)}", e);
        }
    }

    /// <summary>A few fields that look like ones, of which one byte in some blocks is anything.</summary>
    private static int Fill(Random random, byte[] block)
    {
        var length = 0;
        for (var fields = random.Next(1, 5); fields > 0; fields--)
        {
            switch (random.Next(5))
            {
                case 0:
                    block[length++] = (byte)(0x80 | random.Next(1, 66));
                    break;
                case 1:
                    block[length++] = (byte)(random.Next(4) << 4);
                    length += FillString(random, block.AsSpan(length));
                    length += FillString(random, block.AsSpan(length));
                    break;
                case 2:
                    block[length++] = (byte)(0x40 | random.Next(64));
                    length += FillString(random, block.AsSpan(length));
                    break;
                case 3:
                    block[length++] = 0x40;
                    length += FillString(random, block.AsSpan(length));
                    length += FillString(random, block.AsSpan(length));
                    break;
                default:
                    block[length++] = (byte)random.Next(256);
                    break;
            }
        }

        if (random.Next(4) == 0) block[random.Next(length)] = (byte)random.Next(256);
        return random.Next(8) == 0 ? random.Next(length) : length;
    }

    private static int FillString(Random random, Span<byte> destination)
    {
        var length = random.Next(7);
        destination[0] = (byte)((random.Next(4) == 0 ? 0x80 : 0) | length);
        random.NextBytes(destination[1..(length + 1)]);

        // Ones at the end make it likely that a Huffman string is well padded.
        if (length > 0) destination[length] |= (byte)((1 << random.Next(8)) - 1);
        return length + 1;
    }
}
