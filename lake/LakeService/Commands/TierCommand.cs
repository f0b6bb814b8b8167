using System.CommandLine;
using System.Globalization;
using Lake.Maintenance;

namespace LakeService.Commands;

/// <summary><c>lake tier</c>: moves data files to the tiers that they belong to by now.</summary>
internal static class TierCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string?>("TABLE") { Description = "namespace.table; without it, all tables", Arity = ArgumentArity.ZeroOrOne };
        var plan = new Option<bool>("--plan") { Description = "Only tell what would move" };
        var json = new Option<bool>("--json") { Description = "JSON with all files, for programs" };
        var command = new Command("tier", "Moves data files between tiers by the age of their partitions, as section Tiering of the settings has them. A run that is cut off keeps what it moved; the next goes on.\n\n"
            + "Example: lake tier shop.orders --plan --settings lake.json --warehouse /data/lake") { name, plan, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var tiers = lake.Tiers();
            using var progress = new ProgressLine(output, clock);
            var reports = new List<(string Table, TieringReport Report)>();
            foreach (var table in await LakeProgram.TablesAsync(lake, line.GetValue(name), clock, cancellation))
            {
                var tiering = new Tiering(table, tiers, clock);
                reports.Add((table.Name.ToString(), line.GetValue(plan) ? await tiering.PlanAsync(cancellation) : await tiering.RunAsync(progress, cancellation)));
            }
            progress.End();
            if (line.GetValue(json)) output.WriteJson(reports.Select(r => new { r.Table, r.Report.Moves, r.Report.BytesBefore, r.Report.BytesAfter, r.Report.Commits }));
            else reports.ForEach(r => Tell(output, r.Table, r.Report, line.GetValue(plan)));
            return LakeProgram.Done;
        });
        return command;
    }

    /// <summary>Says what moved, or would, a line for each pair of tiers.</summary>
    public static void Tell(CommandOutput output, string table, TieringReport report, bool isPlan)
    {
        foreach (var way in report.Moves.GroupBy(m => (m.From, m.To)).OrderBy(g => g.Key))
        {
            output.Line(Text($"{table}: {(isPlan ? "would move" : "moved")} {way.Count()} files of {way.Sum(m => m.Bytes)} bytes from {way.Key.From} to {way.Key.To}"));
        }
        if (report.Moves.Count == 0) output.Line($"{table}: no file is to move");
        else if (!isPlan) output.Line(Text($"{table}: {report.BytesBefore} bytes became {report.BytesAfter}, in {report.Commits} commits"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
