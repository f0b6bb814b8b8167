using System.Globalization;
using Lake.Metadata;

namespace Lake.Maintenance;

/// <summary>What an expiry keeps. Branches and tags with rules of their own keep to those.</summary>
public sealed record ExpiryRequest
{
    private const string AgeProperty = "history.expire.max-snapshot-age-ms", CountProperty = "history.expire.min-snapshots-to-keep", RefProperty = "history.expire.max-ref-age-ms";

    /// <summary>The reference implementation's defaults.</summary>
    private const long DefaultAgeMs = 5L * 24 * 60 * 60 * 1000, DefaultCount = 1;

    /// <summary>Snapshots that are younger stay; null for the table's <c>history.expire.max-snapshot-age-ms</c>, or 5 days.</summary>
    public TimeSpan? MaxSnapshotAge { get; init; }

    /// <summary>As many of each branch's newest stay at least; null for the table's <c>history.expire.min-snapshots-to-keep</c>, or 1.</summary>
    public int? MinSnapshotsToKeep { get; init; }

    internal long AgeMs(TableMetadata metadata)
    {
        if (MaxSnapshotAge is not { } age) return Number(metadata, AgeProperty, DefaultAgeMs);
        return age >= TimeSpan.Zero ? (long)age.TotalMilliseconds : throw new ArgumentException($"MaxSnapshotAge is {age}; it must be 0 or more");
    }

    internal long Count(TableMetadata metadata)
    {
        if (MinSnapshotsToKeep is not { } count) return Math.Max(Number(metadata, CountProperty, DefaultCount), 1);
        return count >= 1 ? count : throw new ArgumentException($"MinSnapshotsToKeep is {count}; it must be 1 or more");
    }

    internal static long RefAgeMs(TableMetadata metadata) => Number(metadata, RefProperty, long.MaxValue);

    private static long Number(TableMetadata metadata, string name, long fallback)
    {
        if (!metadata.Properties.TryGetValue(name, out var text)) return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new LakeFormatException($"property {name} is '{text}'; it must be a whole number, 0 or above");
    }
}
