namespace Appliance.Http2.Tests.Hpack;

/// <summary>Encodes by the codes as the RFC prints them, bit by bit: nothing is shared with the decoder.</summary>
internal static class HuffmanEncoder
{
    public static byte[] Encode(ReadOnlySpan<byte> text)
    {
        var bits = new List<bool>();
        foreach (var symbol in text) Append(bits, symbol);
        while (bits.Count % 8 != 0) bits.Add(true);
        return Pack(bits);
    }

    public static void Append(List<bool> bits, int symbol)
    {
        var (code, length) = Rfc7541Codes.All[symbol];
        for (var bit = length - 1; bit >= 0; bit--) bits.Add((code >> bit & 1) != 0);
    }

    /// <param name="bits">A multiple of 8.</param>
    public static byte[] Pack(List<bool> bits)
    {
        var bytes = new byte[bits.Count / 8];
        for (var i = 0; i < bits.Count; i++)
        {
            if (bits[i]) bytes[i / 8] |= (byte)(0x80 >> (i % 8));
        }

        return bytes;
    }
}
