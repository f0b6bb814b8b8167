using LoadGen.Arguments;

namespace Compare.Schedule;

/// <summary>The grammar of <c>Compare schedule</c>. Pure.</summary>
internal static class ScheduleOptionsParser
{
    public const string Usage =
        "Usage: Compare schedule [--quick] [--only ROW,ROW] [--rounds N] [--seconds S] [--warmup S] [--deadline-ms N] [--models N] [--cycles N]\n"
        + "                        [--swaps N] [--swap-period MS] [--swap-load SHARE]\n"
        + "                        [--appliance FILE] [--work DIR] [--results DIR] [--name NAME]\n"
        + "Rows: overload models cycles swaps";

    public static ScheduleOptions Parse(IReadOnlyList<string> args, out IReadOnlyList<string> errors)
    {
        var reader = new ArgumentReader(args, "--quick");
        // A smoke: everything runs, nothing is worth quoting.
        var defaults = reader.Flag("--quick") ? new ScheduleOptions { Rounds = 1, Seconds = 1, Warmup = 1, Cycles = 20, Swaps = 4 } : new ScheduleOptions();
        var options = new ScheduleOptions
        {
            Only = ReadRows(reader),
            Appliance = reader.Text("--appliance") ?? defaults.Appliance,
            Rounds = reader.Whole("--rounds", defaults.Rounds, 1, 100),
            Seconds = reader.Number("--seconds", defaults.Seconds, 1, 600),
            Warmup = reader.Number("--warmup", defaults.Warmup, 1, 600),
            DeadlineMilliseconds = reader.Whole("--deadline-ms", defaults.DeadlineMilliseconds, 1, 60_000),
            Models = reader.Whole("--models", defaults.Models, 2, 500),
            Cycles = reader.Whole("--cycles", defaults.Cycles, 10, 1_000_000),
            Swaps = reader.Whole("--swaps", defaults.Swaps, 4, 1_000_000),
            SwapPeriod = reader.Whole("--swap-period", defaults.SwapPeriod, 10, 600_000),
            SwapLoad = reader.Number("--swap-load", defaults.SwapLoad, 0.01, 1),
            Work = reader.Text("--work") ?? defaults.Work,
            Results = reader.Text("--results") ?? defaults.Results,
            Name = CompareOptionsParser.ReadName(reader),
        };
        errors = reader.Errors();
        return options;
    }

    private static IReadOnlyList<string> ReadRows(ArgumentReader reader)
    {
        if (reader.Text("--only") is not { } text) return ScheduleOptions.AllRows;
        var rows = text.Split(',');
        if (rows.All(ScheduleOptions.AllRows.Contains)) return rows;
        reader.Refuse("--only", text, $"rows with commas between, of {string.Join(' ', ScheduleOptions.AllRows)}");
        return ScheduleOptions.AllRows;
    }
}
