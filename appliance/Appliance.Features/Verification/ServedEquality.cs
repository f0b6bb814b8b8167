using Appliance.Features.Sampling;
using FeatureModel.Values;

namespace Appliance.Features.Verification;

/// <summary>Whether a served value is the expected one: whole numbers, text and lists exactly, floating-point numbers to 1e-9 of their size. Pure.</summary>
internal static class ServedEquality
{
    /// <summary>What the definition of a window's sum promises (docs/features/windows.md).</summary>
    private const double Tolerance = 1e-9;

    /// <summary>A float has 24 bits: one rounded the other way differs by 6e-8 of its size.</summary>
    private const double FloatTolerance = 1.2e-7;

    /// <summary>Numbers nearer to 0 than this are compared as if they were this large: differences of nearly equal numbers have no digits left.</summary>
    private const double Smallest = 1e-6;

    /// <summary>Whether what was served is what should have been.</summary>
    /// <param name="served">From the sample.</param>
    /// <param name="expected">By the definition; null for no value.</param>
    /// <param name="isStale">Whether it rests on a row past its TTL.</param>
    /// <param name="fallback">The definition's default.</param>
    public static bool IsAsExpected(in SampledValue served, FeatureValue expected, bool isStale, FeatureValue fallback)
    {
        if (expected.IsNull) return served.Source == SampledSource.Defaulted && AreSame(served.Value, fallback);
        return served.Source == (isStale ? SampledSource.Stale : SampledSource.Stored) && AreSame(served.Value, expected);
    }

    /// <summary>How far two numbers are apart; 0 where one is none.</summary>
    public static double Difference(FeatureValue a, FeatureValue b) =>
        a.Type.IsNumeric() && b.Type.IsNumeric() && Math.Abs(a.AsDouble - b.AsDouble) is var d && double.IsFinite(d) ? d : 0;

    private static bool AreSame(FeatureValue served, FeatureValue expected)
    {
        if (expected.Type is not (FeatureDataType.Double or FeatureDataType.Float)) return served.Equals(expected);
        var (a, b) = (served.AsDouble, expected.AsDouble);
        // JSON has no word for NaN and the infinities: a sample has null for them.
        if (!double.IsFinite(b)) return served.IsNull;
        var tolerance = expected.Type == FeatureDataType.Float ? FloatTolerance : Tolerance;
        return served.Type == expected.Type && Math.Abs(a - b) <= tolerance * Math.Max(Smallest, Math.Max(Math.Abs(a), Math.Abs(b)));
    }
}
