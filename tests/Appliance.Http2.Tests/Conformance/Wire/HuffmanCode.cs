namespace Appliance.Http2.Tests.Conformance.Wire;

/// <summary>
/// The Huffman code of RFC 7541, appendix B, written from the lengths of its codes alone: it is canonical, so they determine it.
/// Made apart from the server's own, so that a slip in one of the two shows. Pure.
/// </summary>
public static class HuffmanCode
{
    public const int EndOfString = 256;

    private static ReadOnlySpan<byte> Lengths =>
    [
        13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 28,
        6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
        13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6,
        15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28,
        20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24,
        22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23,
        26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27,
        20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26,
        30,
    ];

    private static readonly uint[] Codes = Assign();
    private static readonly Dictionary<(int Length, uint Code), int> Symbols =
        Enumerable.Range(0, Codes.Length).ToDictionary(s => ((int)Lengths[s], Codes[s]));

    /// <summary>The text's code, its last byte filled with ones as the RFC demands, or with what a test wants instead.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> text, bool fillWithOnes = true)
    {
        var bits = new List<bool>();
        foreach (var symbol in text)
        {
            Append(bits, symbol);
        }
        while (bits.Count % 8 != 0)
        {
            bits.Add(fillWithOnes);
        }
        return Pack(bits);
    }

    /// <summary>The text's code with the end-of-string symbol behind it, which no string may hold.</summary>
    public static byte[] EncodeWithEndOfString(ReadOnlySpan<byte> text)
    {
        var bits = new List<bool>();
        foreach (var symbol in text)
        {
            Append(bits, symbol);
        }
        Append(bits, EndOfString);
        while (bits.Count % 8 != 0)
        {
            bits.Add(true);
        }
        return Pack(bits);
    }

    public static byte[] Decode(ReadOnlySpan<byte> coded)
    {
        var text = new List<byte>();
        uint code = 0;
        var length = 0;
        foreach (var octet in coded)
        {
            for (var bit = 7; bit >= 0; bit--)
            {
                (code, length) = ((code << 1) | ((uint)octet >> bit & 1), length + 1);
                if (Symbols.TryGetValue((length, code), out var symbol))
                {
                    text.Add(checked((byte)symbol));
                    (code, length) = (0, 0);
                }
            }
        }
        // What remains is filling: at most seven bits, all of them ones.
        return length < 8 && code == (1u << length) - 1 ? [.. text] : throw new InvalidDataException("A Huffman string is filled up wrongly.");
    }

    private static void Append(List<bool> bits, int symbol)
    {
        for (var bit = Lengths[symbol] - 1; bit >= 0; bit--)
        {
            bits.Add((Codes[symbol] >> bit & 1) != 0);
        }
    }

    private static byte[] Pack(List<bool> bits)
    {
        var bytes = new byte[bits.Count / 8];
        for (var i = 0; i < bits.Count; i++)
        {
            bytes[i / 8] |= (byte)(bits[i] ? 0x80 >> (i % 8) : 0);
        }
        return bytes;
    }

    private static uint[] Assign()
    {
        var codes = new uint[Lengths.Length];
        uint next = 0;
        for (var length = 1; length <= 30; length++, next <<= 1)
        {
            for (var symbol = 0; symbol < codes.Length; symbol++)
            {
                if (Lengths[symbol] == length)
                {
                    codes[symbol] = next++;
                }
            }
        }
        return codes;
    }
}
