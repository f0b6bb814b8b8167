// Hot path where requests are traced.
using System.Globalization;

namespace Appliance.Host.Tracing;

/// <summary>The traceparent header of W3C's Trace Context: version, trace, the caller's span, flags.</summary>
internal readonly record struct TraceParent(ulong TraceHigh, ulong TraceLow, ulong SpanId, bool IsSampled)
{
    // "00-" + 32 + "-" + 16 + "-" + 2.
    private const int Length = 55;

    /// <summary>False for anything that the recommendation calls invalid: such a caller has no trace.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TraceParent parent)
    {
        parent = default;
        if (text.Length < Length || text[2] != '-' || text[35] != '-' || text[52] != '-') return false;
        if (!TryHex(text[..2], out var version) || version == 0xFF) return false;
        // A later version may say more behind another dash; this one says no more.
        if (version == 0 ? text.Length != Length : text.Length > Length && text[Length] != '-') return false;
        if (!TryHex(text[3..19], out var high) || !TryHex(text[19..35], out var low) || !TryHex(text[36..52], out var span) || !TryHex(text[53..55], out var flags)) return false;
        if ((high | low) == 0 || span == 0) return false;
        parent = new TraceParent(high, low, span, (flags & 1) != 0);
        return true;
    }

    private static bool TryHex(ReadOnlySpan<char> digits, out ulong value)
    {
        value = 0;
        // Lower case alone is allowed.
        return !digits.ContainsAnyExceptInRange('0', 'f') && !digits.ContainsAnyInRange(':', '`') && ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }
}
