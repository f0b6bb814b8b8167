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
        var command = new Command("tables", "Lists the tables, with rows, files and bytes of each.\n\nExample: lake tables --warehouse /data/lake") { json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var lines = new List<TableLine>();
            foreach (var name in await lake.Catalog.ListAsync(cancellation))
            {
                if (await Table.LoadAsync(lake.Catalog, name, clock, cancellation) is not { } table) continue;
                var summary = table.Metadata.CurrentSnapshot?.Summary;
                var (rows, files, bytes) = (Total(summary, "total-records"), Total(summary, "total-data-files"), Total(summary, "total-files-size"));
                lines.Add(new TableLine(name.ToString(), rows, files, bytes, table.Metadata.Snapshots.Count, CommandText.Time(table.Metadata.LastUpdatedMs)));
            }
            if (line.GetValue(json)) output.WriteJson(lines);
            else output.Columns([["TABLE", "ROWS", "FILES", "BYTES", "SNAPSHOTS", "UPDATED"], .. lines.Select(Text)]);
            return LakeProgram.Done;
        });
        return command;
    }

    private static string[] Text(TableLine line) =>
        [line.Table, CommandText.Number(line.Rows), CommandText.Number(line.Files), CommandText.Number(line.Bytes), CommandText.Number(line.Snapshots), line.UpdatedAt];

    // Null where the writer did not count.
    private static long? Total(IReadOnlyDictionary<string, string>? summary, string name) =>
        summary is null ? 0 : summary.TryGetValue(name, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private sealed record TableLine(string Table, long? Rows, long? Files, long? Bytes, int Snapshots, string UpdatedAt);
}
