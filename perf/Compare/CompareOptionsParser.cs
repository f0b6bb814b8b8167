using LoadGen.Arguments;

namespace Compare;

/// <summary>The command line's grammar. Pure.</summary>
internal static class CompareOptionsParser
{
    public const string Usage =
        "Usage: Compare [--quick] [--control] [--starts N] [--rounds N] [--seconds S] [--warmup S] [--open-loop-seconds S] [--startup-starts N]\n"
        + "               [--noise-limit SHARE] [--models DIR] [--floor FILE] [--appliance FILE] [--work DIR] [--results DIR] [--name NAME]";

    public static CompareOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args, "--quick", "--control");
        var defaults = reader.Flag("--quick") ? Quick() : new CompareOptions();
        var options = new CompareOptions
        {
            IsControl = reader.Flag("--control"),
            Floor = reader.Text("--floor") ?? defaults.Floor,
            Appliance = reader.Text("--appliance") ?? defaults.Appliance,
            Starts = reader.Whole("--starts", defaults.Starts, 1, 100),
            Rounds = reader.Whole("--rounds", defaults.Rounds, 1, 100),
            Seconds = reader.Number("--seconds", defaults.Seconds, 1, 600),
            Warmup = reader.Number("--warmup", defaults.Warmup, 1, 600),
            OpenLoopSeconds = reader.Number("--open-loop-seconds", defaults.OpenLoopSeconds, 1, 3600),
            StartupStarts = reader.Whole("--startup-starts", defaults.StartupStarts, 1, 100),
            NoiseLimit = reader.Number("--noise-limit", defaults.NoiseLimit, 0, 1),
            Models = reader.Text("--models") ?? defaults.Models,
            Work = reader.Text("--work") ?? defaults.Work,
            Results = reader.Text("--results") ?? defaults.Results,
            Name = ReadName(reader),
        };
        errors = reader.Errors();
        return options;
    }

    /// <summary>A smoke: everything runs, nothing is worth quoting.</summary>
    private static CompareOptions Quick() => new() { Starts = 1, Rounds = 1, Seconds = 1, Warmup = 1, OpenLoopSeconds = 2, StartupStarts = 1 };

    public static string? ReadName(ArgumentReader reader)
    {
        if (reader.Text("--name") is not { } name || (name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')))
        {
            return reader.Text("--name");
        }
        reader.Refuse("--name", name, "letters, digits, '-', '_' and '.'");
        return null;
    }
}
