// Hot path.
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

internal readonly struct WholeToNumber : IUnary<long, double>
{
    public static bool Try(long a, out double result)
    {
        result = a;
        return true;
    }
}

/// <summary>Towards zero; null for what does not fit.</summary>
internal readonly struct NumberToWhole : IUnary<double, long>
{
    public static bool Try(double a, out long result)
    {
        // 2^63 is the first double that does not fit; the least int64 is a double itself.
        var fits = a is >= -9223372036854775808.0 and < 9223372036854775808.0;
        result = fits ? (long)a : 0;
        return fits;
    }
}

internal readonly struct TruthToWhole : IUnary<bool, long>
{
    public static bool Try(bool a, out long result)
    {
        result = a ? 1 : 0;
        return true;
    }
}

internal readonly struct TruthToNumber : IUnary<bool, double>
{
    public static bool Try(bool a, out double result)
    {
        result = a ? 1 : 0;
        return true;
    }
}

/// <summary>Decimal digits with an optional sign and nothing else; null for any other text.</summary>
internal readonly struct TextToWhole : IUnary<string, long>
{
    public static bool Try(string a, out long result) => long.TryParse(a, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out result);
}

/// <summary>A decimal number, with an exponent or not, and nothing else; null for any other text.</summary>
internal readonly struct TextToNumber : IUnary<string, double>
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static bool Try(string a, out double result) => double.TryParse(a, Style, CultureInfo.InvariantCulture, out result) && double.IsFinite(result);
}

internal readonly struct WholeToText : IUnary<long, string>
{
    public static bool Try(long a, [MaybeNullWhen(false)] out string result)
    {
        result = a.ToString(CultureInfo.InvariantCulture);
        return true;
    }
}

/// <summary>The shortest digits that read back as the same double.</summary>
internal readonly struct NumberToText : IUnary<double, string>
{
    public static bool Try(double a, [MaybeNullWhen(false)] out string result)
    {
        result = a.ToString("R", CultureInfo.InvariantCulture);
        return true;
    }
}

internal readonly struct TruthToText : IUnary<bool, string>
{
    public static bool Try(bool a, [MaybeNullWhen(false)] out string result)
    {
        result = a ? "true" : "false";
        return true;
    }
}

/// <summary>For a feature that is declared int32: null for what does not fit.</summary>
internal readonly struct NarrowToInt32 : IUnary<long, long>
{
    public static bool Try(long a, out long result)
    {
        result = a;
        return a is >= int.MinValue and <= int.MaxValue;
    }
}

/// <summary>For a feature that is declared float: the nearest one; null for a finite double beyond all floats.</summary>
internal readonly struct NarrowToFloat : IUnary<double, double>
{
    public static bool Try(double a, out double result)
    {
        result = (float)a;
        return double.IsFinite(result) || !double.IsFinite(a);
    }
}
