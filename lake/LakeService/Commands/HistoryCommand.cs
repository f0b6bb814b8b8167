using System.CommandLine;
using Lake.Metadata;

namespace LakeService.Commands;

/// <summary><c>lake history</c>: a table's snapshots.</summary>
internal static class HistoryCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var json = new Option<bool>("--json") { Description = "JSON with each snapshot's whole summary, for programs" };
        var command = new Command("history", "Lists a table's snapshots, oldest first: what each did, rows and files after it, the names that point at it.\n\nExample: lake history shop.orders --warehouse /data/lake") { name, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var metadata = (await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation)).Metadata;
            var current = metadata.CurrentSnapshotId is { } id ? metadata.Ancestors(id).Select(s => s.SnapshotId).ToHashSet() : [];
            var lines = metadata.Snapshots.OrderBy(s => s.SequenceNumber).ThenBy(s => s.TimestampMs)
                .Select(s => new SnapshotLine(s.SnapshotId, s.ParentSnapshotId, CommandText.Time(s.TimestampMs), s.Operation, current.Contains(s.SnapshotId), Names(metadata, s), s.Summary)).ToList();
            if (line.GetValue(json)) output.WriteJson(lines);
            else output.Columns([["SNAPSHOT", "MADE", "OPERATION", "ADDED", "DELETED", "ROWS", "FILES", "CURRENT", "NAMES"], .. lines.Select(Text)]);
            return LakeProgram.Done;
        });
        return command;
    }

    private static string[] Names(TableMetadata metadata, Snapshot snapshot) => [.. metadata.Refs.Where(r => r.Value.SnapshotId == snapshot.SnapshotId).Select(r => r.Key).Order(StringComparer.Ordinal)];

    private static string[] Text(SnapshotLine s) =>
    [
        CommandText.Number(s.SnapshotId), s.MadeAt, s.Operation ?? "-", Count(s, "added-records", "0"), Count(s, "deleted-records", "0"),
        Count(s, "total-records", "-"), Count(s, "total-data-files", "-"), s.IsCurrent ? "yes" : "no", string.Join(' ', s.Names),
    ];

    private static string Count(SnapshotLine snapshot, string name, string none) => snapshot.Summary.GetValueOrDefault(name, none);

    private sealed record SnapshotLine(long SnapshotId, long? ParentId, string MadeAt, string? Operation, bool IsCurrent, IReadOnlyList<string> Names, IReadOnlyDictionary<string, string> Summary);
}
