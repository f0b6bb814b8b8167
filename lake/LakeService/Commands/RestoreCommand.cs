using System.CommandLine;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Query;

namespace LakeService.Commands;

/// <summary><c>lake restore</c>: brings files back to the first tier for a time.</summary>
internal static class RestoreCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var where = new Option<string?>("--where") { Description = "Condition on the rows, as SQL: files that may have such rows are restored; without it, all", HelpName = "SQL" };
        var stay = new Option<string>("--for") { Description = "How long they stay, as 12h or 7d; a file that is to stay longer already does", Required = true, HelpName = "TIME" };
        var json = new Option<bool>("--json") { Description = "JSON with all files, for programs" };
        var command = new Command("restore", "Brings files of a table back to the first tier, where they stay for a time whatever their age.\n\n"
            + "Example: lake restore shop.orders --where \"day >= '2024-01-01' AND day < '2024-02-01'\" --for 7d --settings lake.json --warehouse /data/lake") { name, where, stay, json };
        command.SetAction(async (line, cancellation) =>
        {
            var time = CommandText.Span("--for", line.GetRequiredValue(stay));
            if (time <= TimeSpan.Zero) throw new CommandException($"--for is '{line.GetValue(stay)}'; it must be above 0");
            using var lake = LakeProgram.Connect(line, clock);
            var tiers = lake.Tiers();
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            var filter = Filter.All;
            if (line.GetValue(where) is { } condition)
            {
                filter = await lake.Query(new QueryLimits(), clock).FilterAsync(table, condition, cancellation)
                    ?? throw new CommandException($"--where is '{condition}'; no file can be told by it: it must compare columns of {table.Name} ({string.Join(", ", table.Schema.Fields.Select(f => f.Name))}) with constants");
            }
            using var progress = new ProgressLine(output, clock);
            var report = await new Tiering(table, tiers, clock).RestoreAsync(filter, time, progress, cancellation);
            progress.End();
            if (line.GetValue(json)) output.WriteJson(new { Table = table.Name.ToString(), report.Moves, report.BytesBefore, report.BytesAfter, report.Commits });
            else TierCommand.Tell(output, table.Name.ToString(), report, isPlan: false);
            return LakeProgram.Done;
        });
        return command;
    }
}
