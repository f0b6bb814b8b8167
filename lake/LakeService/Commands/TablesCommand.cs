using System.CommandLine;
using System.Globalization;
using Lake;

namespace LakeService.Commands;

/// <summary><c>lake tables</c>: what tables there are.</summary>
internal static class TablesCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("tables", "Lists the tables, with rows, files and bytes of each. One that cannot be read is told as damaged, and the others are listed.\n\nExample: lake tables --warehouse /data/lake") { json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var lines = new List<TableLine>();
            foreach (var name in await lake.Catalog.ListAsync(cancellation))
            {
                try
                {
                    if (await Table.LoadAsync(lake.Catalog, name, clock, cancellation) is { } table) lines.Add(Line(table));
                }
                catch (Exception e) when (LakeProgram.IsAnswer(e))
                {
                    // The others are told nevertheless.
                    lines.Add(new TableLine(name.ToString(), null, null, null, null, e is LakeFormatException ? "damaged" : "unreadable", e.Message));
                }
            }
            if (line.GetValue(json)) output.WriteJson(lines);
            else output.Columns([["TABLE", "ROWS", "FILES", "BYTES", "SNAPSHOTS", "UPDATED"], .. lines.Select(Text)]);
            var damaged = lines.Where(l => l.Error is not null).ToList();
            foreach (var each in damaged) await output.Error.WriteLineAsync($"lake: table {each.Table} cannot be read: {each.Error}");
            return damaged.Count == 0 ? LakeProgram.Done : LakeProgram.Failed;
        });
        return command;
    }

    private static TableLine Line(Table table)
    {
        var summary = table.Metadata.CurrentSnapshot?.Summary;
        var (rows, files, bytes) = (Total(summary, "total-records"), Total(summary, "total-data-files"), Total(summary, "total-files-size"));
        return new TableLine(table.Name.ToString(), rows, files, bytes, table.Metadata.Snapshots.Count, CommandText.Time(table.Metadata.LastUpdatedMs), null);
    }

    private static string[] Text(TableLine line) =>
        [line.Table, CommandText.Number(line.Rows), CommandText.Number(line.Files), CommandText.Number(line.Bytes), CommandText.Number(line.Snapshots), line.UpdatedAt];

    // Null where the writer did not count.
    private static long? Total(IReadOnlyDictionary<string, string>? summary, string name) =>
        summary is null ? 0 : summary.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record TableLine(string Table, long? Rows, long? Files, long? Bytes, int? Snapshots, string UpdatedAt, string? Error);
}
