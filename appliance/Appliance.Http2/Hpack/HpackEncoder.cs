// Hot path: writes the header blocks of each response.
namespace Appliance.Http2.Hpack;

/// <summary>Writes header fields that leave the peer's table alone, so a block may be written once and sent on any connection.</summary>
/// <remarks>Never compresses: a response's fields are few and short, and the client decodes plain ones faster.</remarks>
internal static class HpackEncoder
{
    /// <summary>The static table's first entry named :status.</summary>
    private const int StatusIndex = 8;

    private const byte Indexed = 0x80;

    /// <summary>A literal without indexing; with no bits of an index set, its name follows.</summary>
    private const byte Literal = 0x00;

    /// <summary>Bytes that <see cref="WriteLiteral"/> takes.</summary>
    public static int LiteralSize(int nameLength, int valueLength) =>
        1 + IntegerSize(7, nameLength) + nameLength + IntegerSize(7, valueLength) + valueLength;

    /// <summary>Writes a field that the peer does not add to its table.</summary>
    /// <returns>Bytes written.</returns>
    public static int WriteLiteral(Span<byte> destination, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        destination[0] = Literal;
        var written = 1;
        written += WriteString(destination[written..], name);
        return written + WriteString(destination[written..], value);
    }

    /// <param name="destination">At least 5 bytes.</param>
    /// <param name="status">100 to 999.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteStatus(Span<byte> destination, int status)
    {
        var index = status switch { 200 => 8, 204 => 9, 206 => 10, 304 => 11, 400 => 12, 404 => 13, 500 => 14, _ => 0 };
        if (index != 0) return WriteInteger(destination, Indexed, prefixBits: 7, index);

        var written = WriteInteger(destination, Literal, prefixBits: 4, StatusIndex);
        ReadOnlySpan<byte> digits = [(byte)('0' + status / 100), (byte)('0' + status / 10 % 10), (byte)('0' + status % 10)];
        return written + WriteString(destination[written..], digits);
    }

    /// <param name="destination">At least 6 bytes, or the number's size.</param>
    /// <param name="firstBits">The bits of the first byte that do not belong to the number.</param>
    /// <param name="prefixBits">Bits of the first byte that belong to the number: 1 to 8.</param>
    /// <param name="value">Not negative.</param>
    /// <returns>Bytes written.</returns>
    public static int WriteInteger(Span<byte> destination, byte firstBits, int prefixBits, int value)
    {
        var mask = (1 << prefixBits) - 1;
        if (value < mask)
        {
            destination[0] = (byte)(firstBits | value);
            return 1;
        }

        destination[0] = (byte)(firstBits | mask);
        var written = 1;
        for (value -= mask; value >= 0x80; value >>= 7) destination[written++] = (byte)(value | 0x80);
        destination[written++] = (byte)value;
        return written;
    }

    private static int WriteString(Span<byte> destination, ReadOnlySpan<byte> text)
    {
        var written = WriteInteger(destination, firstBits: 0, prefixBits: 7, text.Length);
        text.CopyTo(destination[written..]);
        return written + text.Length;
    }

    private static int IntegerSize(int prefixBits, int value)
    {
        var mask = (1 << prefixBits) - 1;
        if (value < mask) return 1;

        var size = 2;
        for (value -= mask; value >= 0x80; value >>= 7) size++;
        return size;
    }
}
