// Hot path: reads every index and length that does not fit its first byte, and every string's length.
namespace Appliance.Http2.Hpack;

/// <summary>Reads the whole numbers of a header block: RFC 7541, 5.1.</summary>
internal static class HpackInteger
{
    /// <summary>Bytes after the first: 7 bits each, so 5 hold any number up to 2^31 - 1. More would only be zeros that cost time.</summary>
    private const int MaxContinuationBytes = 5;

    /// <param name="source">The block.</param>
    /// <param name="position">The number's first byte; after a success, the first byte behind the number.</param>
    /// <param name="prefixBits">Bits of the first byte that belong to the number: 1 to 8.</param>
    /// <param name="value">The number: 0 to 2^31 - 1.</param>
    /// <returns>False if the number is cut off, too long or too large.</returns>
    public static bool TryRead(ReadOnlySpan<byte> source, ref int position, int prefixBits, out int value)
    {
        value = 0;
        if ((uint)position >= (uint)source.Length) return false;

        var mask = (1 << prefixBits) - 1;
        value = source[position] & mask;
        if (value < mask)
        {
            position++;
            return true;
        }

        long sum = mask;
        for (var i = 0; i < MaxContinuationBytes; i++)
        {
            var at = position + 1 + i;
            if (at >= source.Length) return false;

            sum += (long)(source[at] & 0x7F) << (7 * i);
            if ((source[at] & 0x80) != 0) continue;
            if (sum > int.MaxValue) return false;

            value = (int)sum;
            position = at + 1;
            return true;
        }

        return false;
    }
}
