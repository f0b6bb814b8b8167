using System.CommandLine;
using System.Globalization;
using Lake;
using Lake.Evolution;
using Lake.Scan;

namespace LakeService.Commands;

/// <summary><c>lake rollback</c>: lets a table show an earlier snapshot again.</summary>
internal static class RollbackCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var to = new Option<string>("--to") { Description = "Snapshot id, tag or branch of the main branch's history, or a time", Required = true, HelpName = "SNAPSHOT" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("rollback", "Lets a table show an earlier snapshot of its history again, as lake history lists them. No file is touched; what came after stays until it expires.\n\n"
            + "Example: lake rollback shop.orders --to 2025-01-31T12:00:00Z --warehouse /data/lake") { name, to, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            var before = table.Metadata.CurrentSnapshotId;
            table = await RollBackAsync(table, CommandText.Snapshot(table.Metadata, "--to", line.GetRequiredValue(to)), cancellation);
            var now = table.Metadata.CurrentSnapshot!;
            if (line.GetValue(json)) output.WriteJson(new { Table = table.Name.ToString(), now.SnapshotId, MadeAt = CommandText.Time(now.TimestampMs), SnapshotBefore = before });
            else output.Line(string.Create(CultureInfo.InvariantCulture, $"{table.Name} shows snapshot {now.SnapshotId} again, made {CommandText.Time(now.TimestampMs)}; before it was at {CommandText.Number(before)}"));
            return LakeProgram.Done;
        });
        return command;
    }

    private static Task<Table> RollBackAsync(Table table, ScanRequest to, CancellationToken cancellation) => to switch
    {
        { AsOf: { } time } => table.RollbackAsync(time, cancellation),
        { Reference: { } reference } => table.RollbackAsync(table.Metadata.Refs[reference].SnapshotId, cancellation),
        _ => table.RollbackAsync(to.SnapshotId!.Value, cancellation),
    };
}
