using LoadGen.Arguments;

namespace Compare.Features;

/// <summary>The grammar of <c>Compare features</c>. Pure.</summary>
internal static class FeatureTableOptionsParser
{
    public const string Usage =
        "Usage: Compare features [--quick] [--only ROW,ROW] [--rounds N] [--seconds S] [--warmup S] [--open-loop-seconds S] [--ingest-seconds S]\n"
        + "                        [--entities N] [--noise-limit SHARE] [--floor FILE] [--appliance FILE] [--bench FILE] [--redis FILE]\n"
        + "                        [--samples DIR] [--work DIR] [--results DIR] [--name NAME]\n"
        + "Rows: store gather recovery online entity twohop ingest";

    public static FeatureTableOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args, "--quick");
        var defaults = reader.Flag("--quick") ? Quick() : new FeatureTableOptions();
        var options = new FeatureTableOptions
        {
            Only = reader.Words("--only", FeatureTableOptions.AllRows),
            Floor = reader.Text("--floor") ?? defaults.Floor,
            Appliance = reader.Text("--appliance") ?? defaults.Appliance,
            Bench = reader.Text("--bench") ?? defaults.Bench,
            Redis = reader.Text("--redis") ?? defaults.Redis,
            Rounds = reader.Whole("--rounds", defaults.Rounds, 1, 100),
            Seconds = reader.Number("--seconds", defaults.Seconds, 1, 600),
            Warmup = reader.Number("--warmup", defaults.Warmup, 1, 600),
            OpenLoopSeconds = reader.Number("--open-loop-seconds", defaults.OpenLoopSeconds, 1, 3600),
            IngestSeconds = reader.Number("--ingest-seconds", defaults.IngestSeconds, 1, 3600),
            Entities = reader.Whole("--entities", defaults.Entities, 100_000, 100_000_000),
            NoiseLimit = reader.Number("--noise-limit", defaults.NoiseLimit, 0, 1),
            Samples = reader.Text("--samples") ?? defaults.Samples,
            Work = reader.Text("--work") ?? defaults.Work,
            Results = reader.Text("--results") ?? defaults.Results,
            Name = CompareOptionsParser.ReadName(reader),
        };
        errors = reader.Errors();
        return options;
    }

    /// <summary>A smoke: everything runs, nothing is worth quoting.</summary>
    private static FeatureTableOptions Quick() => new() { Rounds = 1, Seconds = 1, Warmup = 1, OpenLoopSeconds = 2, IngestSeconds = 3 };
}
