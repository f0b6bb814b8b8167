using System.Buffers.Text;

namespace Appliance.LoadGen.Http2;

/// <summary>
/// Finds <c>:status</c> and <c>grpc-status</c> in a compressed header block (RFC 7541) and steps over the rest. The peer is told to keep no
/// dynamic table, so a block stands by itself. Pure.
/// </summary>
internal static class HeaderBlock
{
    public const int Absent = -1;
    private const int StaticTableSize = 61;
    private const int StatusName = 8;

    // RFC 7541, appendix A, entries 8 to 14.
    private static ReadOnlySpan<short> StaticStatuses => [200, 204, 206, 304, 400, 404, 500];
    private static ReadOnlySpan<byte> GrpcStatusPlain => "grpc-status"u8;
    private static ReadOnlySpan<byte> GrpcStatusHuffman => [0x9A, 0xCA, 0xC8, 0xB2, 0x12, 0x34, 0xDA, 0x8F];

    /// <summary>False where the block is malformed; a status that the block lacks is <see cref="Absent"/>.</summary>
    public static bool TryReadStatuses(ReadOnlySpan<byte> block, out int http, out int grpc)
    {
        (http, grpc) = (Absent, Absent);
        while (!block.IsEmpty)
        {
            var first = block[0];
            var isIndexed = (first & 0x80) != 0;
            var isTableSize = (first & 0xE0) == 0x20;
            var prefix = isIndexed ? 7 : isTableSize ? 5 : (first & 0x40) != 0 ? 6 : 4;
            if (!TryReadInteger(ref block, prefix, out var index))
            {
                return false;
            }
            if (isTableSize)
            {
                continue;
            }
            if (index > StaticTableSize || (isIndexed && index == 0))
            {
                return false;
            }
            if (isIndexed)
            {
                http = index is >= StatusName and < StatusName + 7 ? StaticStatuses[index - StatusName] : http;
            }
            else if (!TryReadLiteral(ref block, index, ref http, ref grpc))
            {
                return false;
            }
        }
        return true;
    }

    private static bool TryReadLiteral(ref ReadOnlySpan<byte> block, int index, ref int http, ref int grpc)
    {
        var isGrpcStatus = false;
        if (index == 0)
        {
            if (!TryReadString(ref block, out var name, out var isHuffmanName))
            {
                return false;
            }
            isGrpcStatus = name.SequenceEqual(isHuffmanName ? GrpcStatusHuffman : GrpcStatusPlain);
        }
        if (!TryReadString(ref block, out var value, out var isHuffman))
        {
            return false;
        }
        if (isGrpcStatus)
        {
            return TryReadDigits(value, isHuffman, out grpc);
        }
        return index is < StatusName or >= StatusName + 7 || TryReadDigits(value, isHuffman, out http);
    }

    private static bool TryReadString(ref ReadOnlySpan<byte> block, out ReadOnlySpan<byte> text, out bool isHuffman)
    {
        text = default;
        isHuffman = !block.IsEmpty && (block[0] & 0x80) != 0;
        if (block.IsEmpty || !TryReadInteger(ref block, 7, out var length) || length > block.Length)
        {
            return false;
        }
        text = block[..length];
        block = block[length..];
        return true;
    }

    /// <summary>Section 5.1: a prefix, then seven bits a byte. Four more bytes are plenty for a frame's length.</summary>
    private static bool TryReadInteger(ref ReadOnlySpan<byte> block, int prefixBits, out int value)
    {
        var full = (1 << prefixBits) - 1;
        value = block[0] & full;
        block = block[1..];
        for (var shift = 0; value >= full || shift > 0; shift += 7)
        {
            if (block.IsEmpty || shift > 21)
            {
                return false;
            }
            var next = block[0];
            block = block[1..];
            value += (next & 0x7F) << shift;
            if ((next & 0x80) == 0)
            {
                break;
            }
        }
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, bool isHuffman, out int value)
    {
        if (!isHuffman)
        {
            return Utf8Parser.TryParse(text, out value, out var used) && used == text.Length;
        }
        value = 0;
        var digits = 0;
        // Appendix B: 0, 1 and 2 take five bits (00000 to 00010), 3 to 9 six (011001 to 011111); the rest of the last byte is ones.
        for (int bit = 0, end = text.Length * 8; end - bit >= 5;)
        {
            var five = Bits(text, bit, 5);
            var six = end - bit >= 6 ? Bits(text, bit, 6) : 0;
            if (five > 2 && six is < 0b011001 or > 0b011111)
            {
                return digits > 0 && end - bit < 8 && Bits(text, bit, end - bit) == (1 << (end - bit)) - 1;
            }
            value = value * 10 + (five <= 2 ? five : six - 0b011001 + 3);
            bit += five <= 2 ? 5 : 6;
            digits++;
        }
        return digits > 0;
    }

    private static int Bits(ReadOnlySpan<byte> text, int start, int count)
    {
        var value = 0;
        for (var i = start; i < start + count; i++)
        {
            value = value << 1 | (text[i >> 3] >> (7 - (i & 7)) & 1);
        }
        return value;
    }
}
