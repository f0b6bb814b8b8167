using System.Buffers;
using System.Globalization;
using System.Text;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>Reads the inside of a quoted string: its bytes with every escape resolved.</summary>
internal static class TextFormatStrings
{
    /// <summary>
    /// Appends the content of <paramref name="literal"/>, which has its quotes; false with the reason when an escape is not one.
    /// </summary>
    public static bool TryUnescape(ReadOnlySpan<byte> literal, IBufferWriter<byte> content, out string problem)
    {
        problem = "";
        var rest = literal[1..^1];
        while (!rest.IsEmpty)
        {
            var plain = rest.IndexOf((byte)'\\');
            if (plain != 0)
            {
                var run = plain < 0 ? rest : rest[..plain];
                content.Write(run);
                rest = rest[run.Length..];
                continue;
            }
            var taken = Escape(rest[1..], content, out problem);
            if (taken == 0)
            {
                return false;
            }
            rest = rest[(1 + taken)..];
        }
        return true;
    }

    /// <summary>Reads one escape behind its backslash; answers how many bytes it took, 0 when it is not an escape.</summary>
    private static int Escape(ReadOnlySpan<byte> text, IBufferWriter<byte> content, out string problem)
    {
        problem = "";
        switch (text[0])
        {
            case >= (byte)'0' and <= (byte)'7':
                return Octal(text, content, out problem);
            case (byte)'x' or (byte)'X':
                return Hexadecimal(text, content, out problem);
            case (byte)'u':
            case (byte)'U':
                return CodePoint(text, content, out problem);
        }
        var at = "abfnrtv?\\'\""u8.IndexOf(text[0]);
        if (at < 0)
        {
            problem = $"{DisplayValue.Quote("\\" + (char)text[0])} is not an escape; there are "
                + "\\a \\b \\f \\n \\r \\t \\v \\? \\\\ \\' \\\" \\ooo \\xhh \\uhhhh \\Uhhhhhhhh";
            return 0;
        }
        content.Write("\a\b\f\n\r\t\v?\\'\""u8.Slice(at, 1));
        return 1;
    }

    private static int Octal(ReadOnlySpan<byte> text, IBufferWriter<byte> content, out string problem)
    {
        problem = "";
        var (value, taken) = (0, 0);
        while (taken < Math.Min(3, text.Length) && text[taken] is >= (byte)'0' and <= (byte)'7')
        {
            value = (value * 8) + text[taken++] - '0';
        }
        if (value > byte.MaxValue)
        {
            problem = $"'\\{Convert.ToString(value, 8)}' is more than a byte; an octal escape goes up to \\377";
            return 0;
        }
        content.Write([(byte)value]);
        return taken;
    }

    private static int Hexadecimal(ReadOnlySpan<byte> text, IBufferWriter<byte> content, out string problem)
    {
        problem = "";
        var digits = HexDigits(text[1..], 2);
        if (digits == 0)
        {
            problem = "'\\x' needs one or two hexadecimal digits";
            return 0;
        }
        content.Write([(byte)ParseHex(text.Slice(1, digits))]);
        return 1 + digits;
    }

    private static int CodePoint(ReadOnlySpan<byte> text, IBufferWriter<byte> content, out string problem)
    {
        problem = "";
        var wanted = text[0] == 'u' ? 4 : 8;
        if (HexDigits(text[1..], wanted) < wanted)
        {
            problem = $"'\\{(char)text[0]}' needs {wanted} hexadecimal digits";
            return 0;
        }
        var value = ParseHex(text.Slice(1, wanted));
        var taken = 1 + wanted;
        // A character beyond the first 65,536 may be written as two \u escapes, as in JSON.
        if (value is >= 0xD800 and <= 0xDBFF && text[taken..].StartsWith("\\u"u8) && HexDigits(text[(taken + 2)..], 4) == 4)
        {
            var low = ParseHex(text.Slice(taken + 2, 4));
            if (low is >= 0xDC00 and <= 0xDFFF)
            {
                value = 0x10000 + ((value - 0xD800) << 10) + (low - 0xDC00);
                taken += 6;
            }
        }
        if (!Rune.TryCreate(value, out var rune))
        {
            problem = $"U+{value:X4} is not a character";
            return 0;
        }
        Span<byte> utf8 = stackalloc byte[4];
        content.Write(utf8[..rune.EncodeToUtf8(utf8)]);
        return taken;
    }

    private static int HexDigits(ReadOnlySpan<byte> text, int most)
    {
        var count = 0;
        while (count < Math.Min(most, text.Length) && char.IsAsciiHexDigit((char)text[count]))
        {
            count++;
        }
        return count;
    }

    private static uint ParseHex(ReadOnlySpan<byte> digits) =>
        uint.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
