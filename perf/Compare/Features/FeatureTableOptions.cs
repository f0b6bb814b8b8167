using Compare.Tables;

namespace Compare.Features;

/// <summary>What to measure of the features and for how long. Paths are relative to the repository root.</summary>
internal sealed class FeatureTableOptions
{
    /// <summary>Every row, in the order in which they are measured.</summary>
    public static IReadOnlyList<string> AllRows { get; } = ["store", "gather", "recovery", "online", "entity", "twohop", "ingest"];

    /// <summary>The rows to measure.</summary>
    public IReadOnlyList<string> Only { get; set; } = AllRows;

    public string Floor { get; set; } = "artifacts/perf/floor/floor";

    public string Appliance { get; set; } = "artifacts/appliance/appliance";

    public string Bench { get; set; } = "artifacts/perf/feature-bench/feature-bench";

    public string Redis { get; set; } = "/usr/bin/redis-server";

    /// <summary>Rounds of each side, in turns.</summary>
    public int Rounds { get; set; } = 3;

    /// <summary>Seconds of a round.</summary>
    public double Seconds { get; set; } = 3;

    /// <summary>Seconds of load before the first round, which do not count.</summary>
    public double Warmup { get; set; } = 2;

    public double OpenLoopSeconds { get; set; } = 10;

    /// <summary>Seconds of posting events, at the rate that is wanted and once more as fast as they are taken.</summary>
    public double IngestSeconds { get; set; } = 20;

    /// <summary>Entities in the store.</summary>
    public int Entities { get; set; } = 1_000_000;

    /// <summary>Share of the machine that others may use in a round before it counts as noisy.</summary>
    public double NoiseLimit { get; set; } = 0.05;

    /// <summary>The definitions that events are posted for.</summary>
    public string Samples { get; set; } = "samples/features";

    public RoundPlan Plan => new(Rounds, Seconds, Warmup, NoiseLimit);

    public string Work { get; set; } = "artifacts/perf/features";

    public string Results { get; set; } = "perf/results";

    /// <summary>The result's file name; absent means the date, the commit and "features".</summary>
    public string? Name { get; set; }
}
