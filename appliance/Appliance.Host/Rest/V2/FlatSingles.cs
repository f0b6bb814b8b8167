// Hot path: the elements of a flat JSON tensor of 32-bit floats pass here.
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Runtime.InteropServices;

namespace Appliance.Host.Rest.V2;

/// <summary>
/// Reads a flat JSON array of numbers as 32-bit floats, each the one that is nearest to its digits, in a tenth of the time that a reader of
/// tokens takes. Gives up on everything else: <see cref="TensorDataReader"/> takes what is good and says what is wrong. Pure.
/// </summary>
internal static class FlatSingles
{
    /// <summary>Whole numbers up to here are doubles.</summary>
    private const ulong MostExact = 1UL << 53;

    /// <summary>Digits that fit a 64-bit number, whatever they are.</summary>
    private const int MostDigits = 19;

    /// <summary>The bits of a double that a float has no room for, and what they are half-way between two floats.</summary>
    private const ulong LostBits = 0x1FFF_FFFF, HalfWay = 0x1000_0000;

    // All are doubles without any error.
    private static ReadOnlySpan<double> PowersOfTen =>
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19];

    /// <param name="json">From the opening bracket to the closing one.</param>
    /// <param name="target">Little-endian; exactly as long as the elements that are to be there, at least one.</param>
    public static bool TryRead(ReadOnlySpan<byte> json, Span<byte> target)
    {
        var numbers = MemoryMarshal.Cast<byte, float>(target);
        // The bracket at the end stops every loop below.
        if (numbers.IsEmpty || json.Length < 2 || json[0] != '[' || json[^1] != ']') return false;
        var at = 1;
        for (var i = 0; i < numbers.Length; i++)
        {
            PassSpace(json, ref at);
            if (!TryReadNumber(json, ref at, out numbers[i])) return false;
            PassSpace(json, ref at);
            if (json[at] != (i == numbers.Length - 1 ? ']' : ',')) return false;
            at++;
        }
        return at == json.Length;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> json, ref int at, out float number)
    {
        number = 0;
        var start = at;
        var isNegative = json[at] == '-';
        if (isNegative) at++;
        var first = at;
        var digits = 0UL;
        for (uint digit; (digit = (uint)json[at] - '0') <= 9; at++) digits = digits * 10 + digit;
        var count = at - first;
        // A zero in front of other digits is no number in JSON.
        if (count == 0 || (count > 1 && json[first] == '0')) return false;
        var fraction = 0;
        if (json[at] == '.')
        {
            first = ++at;
            PassFraction(json, ref at, ref digits);
            fraction = at - first;
            if (fraction == 0) return false;
        }
        if ((json[at] | 0x20) == 'e') return TryPassExponent(json, ref at) && TryReadAny(json[start..at], out number);
        if (count + fraction > MostDigits || digits > MostExact) return TryReadAny(json[start..at], out number);
        // One division of two exact numbers is rounded once, to the nearest double. From there to the nearest float is the nearest of the digits, too,
        // unless that double lies half-way between two floats: the digits may have been on either side of it.
        var nearest = digits / PowersOfTen[fraction];
        if ((BitConverter.DoubleToUInt64Bits(nearest) & LostBits) == HalfWay) return TryReadAny(json[start..at], out number);
        number = (float)(isNegative ? -nearest : nearest);
        return true;
    }

    // Eight digits at a time: most numbers have seven to nine.
    private static void PassFraction(ReadOnlySpan<byte> json, ref int at, ref ulong digits)
    {
        while (json.Length - at >= sizeof(ulong))
        {
            var eight = BinaryPrimitives.ReadUInt64LittleEndian(json[at..]);
            if (!AreDigits(eight)) break;
            digits = digits * 100_000_000 + ValueOf(eight);
            at += sizeof(ulong);
        }
        for (uint digit; (digit = (uint)json[at] - '0') <= 9; at++) digits = digits * 10 + digit;
    }

    // The upper half of a digit's byte is 3, and stays 3 with 6 added.
    private static bool AreDigits(ulong eight)
    {
        const ulong Upper = 0xF0F0_F0F0_F0F0_F0F0;
        return ((eight & Upper) | (((eight + 0x0606_0606_0606_0606) & Upper) >> 4)) == 0x3333_3333_3333_3333;
    }

    // Neighbours become numbers of two digits, those of four, those the one of eight.
    private static ulong ValueOf(ulong eight)
    {
        eight -= 0x3030_3030_3030_3030;
        eight = (eight * 10) + (eight >> 8);
        return (((eight & 0x0000_00FF_0000_00FF) * (100 + (1_000_000UL << 32))) + (((eight >> 16) & 0x0000_00FF_0000_00FF) * (1 + (10_000UL << 32)))) >> 32;
    }

    private static bool TryPassExponent(ReadOnlySpan<byte> json, ref int at)
    {
        at++;
        if (json[at] is (byte)'+' or (byte)'-') at++;
        var first = at;
        while ((uint)json[at] - '0' <= 9) at++;
        return at > first;
    }

    private static bool TryReadAny(ReadOnlySpan<byte> text, out float number) =>
        Utf8Parser.TryParse(text, out number, out var taken) && taken == text.Length && float.IsFinite(number);

    private static void PassSpace(ReadOnlySpan<byte> json, ref int at)
    {
        while (json[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }
}
