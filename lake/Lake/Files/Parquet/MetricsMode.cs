using System.Globalization;

namespace Lake.Files.Parquet;

/// <summary>What is kept of a column's values in manifests, as the property <c>write.metadata.metrics.default</c> says it.</summary>
/// <param name="Counts">Numbers of values, nulls and NaNs.</param>
/// <param name="Bounds">Lowest and highest value too.</param>
/// <param name="Length">Code points of a string's, bytes of a binary's bounds; 0 for whole ones.</param>
public sealed record MetricsMode(bool Counts, bool Bounds, int Length)
{
    /// <summary><c>truncate(16)</c>: the reference implementation's default.</summary>
    public static readonly MetricsMode Default = new(true, true, 16);

    /// <summary>Reads <c>none</c>, <c>counts</c>, <c>full</c> or <c>truncate(n)</c>.</summary>
    public static bool TryParse(string text, out MetricsMode mode)
    {
        mode = text.Trim().ToLowerInvariant() switch
        {
            "none" => new(false, false, 0),
            "counts" => new(true, false, 0),
            "full" => new(true, true, 0),
            var t when t.StartsWith("truncate(", StringComparison.Ordinal) && t.EndsWith(')')
                && int.TryParse(t["truncate(".Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0 => new(true, true, length),
            _ => null!,
        };
        return mode is not null;
    }
}
