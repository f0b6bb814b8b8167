using LoadGen.Arguments;

namespace Compare.Serving;

/// <summary>The grammar of <c>Compare serving</c>. Pure.</summary>
internal static class ServingOptionsParser
{
    public const string Usage =
        "Usage: Compare serving [--quick] [--only ROW,ROW] [--rounds N] [--seconds S] [--warmup S] [--poisson-seconds S] [--noise-limit SHARE]\n"
        + "                       [--floor FILE] [--appliance FILE] [--jit FILE] [--node FILE] [--node-peer DIR] [--kibae FILE]\n"
        + "                       [--work DIR] [--results DIR] [--name NAME]\n"
        + "Rows: ceiling rest rows128 jit poisson";

    public static ServingOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args, "--quick");
        var defaults = reader.Flag("--quick") ? Quick() : new ServingOptions();
        var options = new ServingOptions
        {
            Only = reader.Words("--only", ServingOptions.AllRows),
            Floor = reader.Text("--floor") ?? defaults.Floor,
            Appliance = reader.Text("--appliance") ?? defaults.Appliance,
            Jit = reader.Text("--jit") ?? defaults.Jit,
            Node = reader.Text("--node") ?? defaults.Node,
            NodePeer = reader.Text("--node-peer") ?? defaults.NodePeer,
            Kibae = reader.Text("--kibae"),
            Rounds = reader.Whole("--rounds", defaults.Rounds, 1, 100),
            Seconds = reader.Number("--seconds", defaults.Seconds, 1, 600),
            Warmup = reader.Number("--warmup", defaults.Warmup, 1, 600),
            PoissonSeconds = reader.Number("--poisson-seconds", defaults.PoissonSeconds, 0.5, 600),
            NoiseLimit = reader.Number("--noise-limit", defaults.NoiseLimit, 0, 1),
            Work = reader.Text("--work") ?? defaults.Work,
            Results = reader.Text("--results") ?? defaults.Results,
            Name = CompareOptionsParser.ReadName(reader),
        };
        errors = reader.Errors();
        return options;
    }

    /// <summary>A smoke: everything runs, nothing is worth quoting.</summary>
    private static ServingOptions Quick() => new() { Rounds = 1, Seconds = 1, Warmup = 1, PoissonSeconds = 0.5 };
}
