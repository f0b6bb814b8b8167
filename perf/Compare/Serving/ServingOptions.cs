using Compare.Tables;

namespace Compare.Serving;

/// <summary>What to measure of serving besides the first table, and for how long. Paths are relative to the repository root.</summary>
internal sealed class ServingOptions
{
    /// <summary>Every row, in the order in which they are measured.</summary>
    public static IReadOnlyList<string> AllRows { get; } = ["ceiling", "rest", "rows128", "jit", "poisson"];

    /// <summary>The rows to measure.</summary>
    public IReadOnlyList<string> Only { get; set; } = AllRows;

    public string Floor { get; set; } = "artifacts/perf/floor/floor";

    public string Appliance { get; set; } = "artifacts/appliance/appliance";

    /// <summary>The same code for the runtime's just-in-time compiler.</summary>
    public string Jit { get; set; } = "artifacts/perf/jit/appliance";

    public string Node { get; set; } = "/usr/bin/node";

    /// <summary>The folder of the server that Node runs, its packages installed.</summary>
    public string NodePeer { get; set; } = "perf/peers/fastify";

    /// <summary>kibae/onnxruntime-server, where it has been built; null leaves it out.</summary>
    public string? Kibae { get; set; }

    /// <summary>Rounds of each side, in turns.</summary>
    public int Rounds { get; set; } = 5;

    /// <summary>Seconds of a round.</summary>
    public double Seconds { get; set; } = 3;

    /// <summary>Seconds of load before the first round, which do not count.</summary>
    public double Warmup { get; set; } = 3;

    /// <summary>Seconds of a run of the search for the highest Poisson rate.</summary>
    public double PoissonSeconds { get; set; } = 4;

    /// <summary>Share of the machine that others may use in a round before it counts as noisy.</summary>
    public double NoiseLimit { get; set; } = 0.05;

    public RoundPlan Plan => new(Rounds, Seconds, Warmup, NoiseLimit);

    public string Work { get; set; } = "artifacts/perf/serving";

    public string Results { get; set; } = "perf/results";

    /// <summary>The result's file name; absent means the date, the commit and "serving".</summary>
    public string? Name { get; set; }
}
