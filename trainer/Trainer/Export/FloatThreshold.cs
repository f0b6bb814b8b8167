namespace Trainer.Export;

/// <summary>
/// Thresholds are FP64 in the booster and FP32 in the graph; what is returned here keeps every decision on an FP32 value as it was.
/// </summary>
internal static class FloatThreshold
{
    /// <summary>LightGBM takes a value of at most this size for 0 before any test; an FP32 number there too.</summary>
    public const float ZeroBound = 1e-35f;

    /// <summary>
    /// The FP32 threshold t for which "x at most t" is what the booster finds for its threshold, for every FP32 x that is a number.
    /// </summary>
    public static float Of(double threshold)
    {
        // Values within the bound are 0 to the booster: a threshold in there has all of them on one side.
        if (threshold >= 0 && threshold < ZeroBound) return ZeroBound;
        if (threshold < 0 && threshold >= -ZeroBound) return MathF.BitDecrement(-ZeroBound);
        var rounded = (float)threshold;
        return rounded > threshold ? MathF.BitDecrement(rounded) : rounded;
    }
}
