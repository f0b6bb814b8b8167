// Hot path: decodes the literal values of a request; a client that compresses sends its grpc-timeout so.
namespace Appliance.Http2.Hpack;

/// <summary>Decodes strings in the Huffman code of RFC 7541. Thread-safe.</summary>
/// <remarks>
/// Codes of up to 10 bits (all letters, digits and common signs) take one look-up by the next 10 bits; longer ones are found
/// by comparing the next 32 bits with the first bit pattern behind the codes of each length.
/// </remarks>
internal static class HpackHuffman
{
    /// <summary>10: the table takes 2 KiB, a small part of the first cache level, and only rare signs have longer codes.</summary>
    private const int LookupBits = 10;

    /// <summary>Symbol in the low byte, bits of its code in the high one; 0 where the code is longer than the index.</summary>
    private static readonly ushort[] _lookup = new ushort[1 << LookupBits];

    /// <summary>By length: the first 32-bit pattern that is behind all codes of up to this length.</summary>
    private static readonly ulong[] _limits = new ulong[HpackHuffmanCode.LongestCode + 1];

    /// <summary>By length: what to add to a code to get its place among <see cref="_symbols"/>.</summary>
    private static readonly int[] _places = new int[HpackHuffmanCode.LongestCode + 1];

    /// <summary>All symbols in the order of their codes.</summary>
    private static readonly ushort[] _symbols = new ushort[HpackHuffmanCode.EndOfString + 1];

    static HpackHuffman()
    {
        var code = 0;
        var place = 0;
        for (var length = 1; length <= HpackHuffmanCode.LongestCode; length++)
        {
            code <<= 1;
            _places[length] = place - code;
            for (var symbol = 0; symbol < HpackHuffmanCode.Lengths.Length; symbol++)
            {
                if (HpackHuffmanCode.Lengths[symbol] != length) continue;

                _symbols[place++] = (ushort)symbol;
                if (length <= LookupBits)
                {
                    var unused = LookupBits - length;
                    _lookup.AsSpan(code << unused, 1 << unused).Fill((ushort)(length << 8 | symbol));
                }

                code++;
            }

            _limits[length] = (ulong)code << (32 - length);
        }
    }

    /// <summary>Bytes that a string of this many bytes may become.</summary>
    public static int MaxDecodedLength(int encodedLength) => (int)((long)encodedLength * 8 / HpackHuffmanCode.ShortestCode);

    /// <param name="source">The string as it was sent.</param>
    /// <param name="destination">At least <see cref="MaxDecodedLength"/> bytes.</param>
    /// <param name="written">Bytes of the decoded string.</param>
    /// <returns>False if the string holds the end-of-string code, or does not end in up to 7 bits of ones behind its last code.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> source, Span<byte> destination, out int written)
    {
        written = 0;
        ulong bits = 0; // the next bit is the highest; zeros behind the last
        var count = 0;
        var position = 0;
        while (true)
        {
            if (count < HpackHuffmanCode.LongestCode)
            {
                for (; count <= 56 && position < source.Length; count += 8) bits |= (ulong)source[position++] << (56 - count);
                if (count == 0) return true;
            }

            int symbol = _lookup[(int)(bits >> (64 - LookupBits))];
            var length = symbol >> 8;
            if (length != 0) symbol &= 0xFF;
            else symbol = FindLong((uint)(bits >> 32), out length);

            // No code is complete within the bits that are left, whatever might follow them: they can only be padding.
            if (length > count) return IsPadding(bits, count);
            if (symbol == HpackHuffmanCode.EndOfString) return false;

            destination[written++] = (byte)symbol;
            bits <<= length;
            count -= length;
        }
    }

    private static int FindLong(uint window, out int length)
    {
        length = LookupBits + 1;
        while (window >= _limits[length]) length++;
        return _symbols[(int)(window >> (32 - length)) + _places[length]];
    }

    private static bool IsPadding(ulong bits, int count) => count < 8 && bits >> (64 - count) == (1UL << count) - 1;
}
