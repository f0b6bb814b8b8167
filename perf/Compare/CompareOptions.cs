namespace Compare;

/// <summary>What to measure and for how long, as the command line gives it. Paths are relative to the repository root.</summary>
internal sealed class CompareOptions
{
    public string Floor { get; set; } = "artifacts/perf/floor/floor";

    public string Appliance { get; set; } = "artifacts/appliance/appliance";

    /// <summary>The floor plays both sides: what the harness itself makes of no difference at all.</summary>
    public bool IsControl { get; set; }

    /// <summary>Starts of each side; three, because one start differs from the next by more than its rounds do.</summary>
    public int Starts { get; set; } = 3;

    /// <summary>Rounds at each number of callers within a start.</summary>
    public int Rounds { get; set; } = 3;

    /// <summary>Seconds of a closed-loop round.</summary>
    public double Seconds { get; set; } = 3;

    /// <summary>Seconds of load on each side after its start, which do not count.</summary>
    public double Warmup { get; set; } = 4;

    /// <summary>Seconds of an open-loop row.</summary>
    public double OpenLoopSeconds { get; set; } = 10;

    /// <summary>Starts for the start-up row.</summary>
    public int StartupStarts { get; set; } = 5;

    /// <summary>Share of the machine that others may use in a round before it counts as noisy. 0.05 is a tenth of a core on two.</summary>
    public double NoiseLimit { get; set; } = 0.05;

    /// <summary>The repository of the start-up row.</summary>
    public string Models { get; set; } = ".run/models";

    public string Work { get; set; } = "artifacts/perf/work";

    public string Results { get; set; } = "perf/results";

    /// <summary>The result's file name; absent means the date and the commit.</summary>
    public string? Name { get; set; }
}
