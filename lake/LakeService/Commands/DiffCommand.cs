using System.CommandLine;
using Lake;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Query;
using Lake.Query.Output;
using Lake.Scan;
using Lake.Types;

namespace LakeService.Commands;

/// <summary><c>lake diff</c>: what changed between two snapshots of a table.</summary>
internal static class DiffCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var from = new Argument<string>("FROM") { Description = "Snapshot id, branch, tag or time" };
        var to = new Argument<string>("TO") { Description = "Snapshot id, branch, tag or time" };
        var rows = new Option<bool>("--rows") { Description = "Also the rows: - for those that went, + for those that came, by the columns that both have" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs; with --rows, JSON lines of the rows follow" };
        var command = new Command("diff", "Shows what changed between two snapshots: columns, files, rows.\n\nExample: lake diff shop.orders before-import main --rows --warehouse /data/lake") { name, from, to, rows, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            var (first, second) = (CommandText.Snapshot(table.Metadata, "FROM", line.GetRequiredValue(from)), CommandText.Snapshot(table.Metadata, "TO", line.GetRequiredValue(to)));
            var (a, b) = (TableScan.Of(table, first), TableScan.Of(table, second));
            var difference = Compare(a.Schema, b.Schema, await PlanAsync(a, cancellation), await PlanAsync(b, cancellation));
            if (line.GetValue(json)) output.WriteJson(difference);
            else WriteText(output, difference);
            if (!line.GetValue(rows)) return LakeProgram.Done;
            var shared = b.Schema.Fields.Where(f => a.Schema.Fields.Any(other => other.Id == f.Id)).ToList();
            if (shared.Count == 0) throw new CommandException("FROM and TO have no column in common; --rows needs one");
            await using var result = await lake.Query(new QueryLimits(), clock).RunAsync(Sql(table, a.Schema, shared, CommandText.At(first), CommandText.At(second)), cancellation);
            await result.WriteToAsync(line.GetValue(json) ? RowFormat.JsonLines : RowFormat.Table, output.Stream, null, cancellation);
            return LakeProgram.Done;
        });
        return command;
    }

    private static async Task<List<DataFile>> PlanAsync(TableScan scan, CancellationToken cancellation) =>
        [.. (await scan.PlanAsync(cancellation)).Tasks.SelectMany(t => t.Deletes.Prepend(t.File)).DistinctBy(f => f.Path)];

    private static Difference Compare(TableSchema from, TableSchema to, List<DataFile> before, List<DataFile> after)
    {
        var (had, has) = (before.Select(f => f.Path).ToHashSet(), after.Select(f => f.Path).ToHashSet());
        return new Difference(SchemaChanges.Between(from, to), Sum(after.Where(f => !had.Contains(f.Path))), Sum(before.Where(f => !has.Contains(f.Path))));
    }

    private static FileSum Sum(IEnumerable<DataFile> files)
    {
        var all = files.ToList();
        var data = all.Where(f => f.Content == FileContent.Data).ToList();
        return new FileSum(data.Count, all.Count - data.Count, data.Sum(f => f.RecordCount), all.Sum(f => f.FileSizeInBytes), [.. all.Select(f => f.Path).Order(StringComparer.Ordinal)]);
    }

    private static void WriteText(CommandOutput output, Difference difference)
    {
        output.Line(difference.Columns.Count == 0 ? "columns: the same" : "columns:");
        foreach (var change in difference.Columns) output.Line($"  {change}");
        foreach (var (sign, sum) in new[] { ("+", difference.Added), ("-", difference.Removed) })
        {
            output.Line($"{sign} {sum.DataFiles} data files with {sum.Rows} rows, {sum.DeleteFiles} delete files, {sum.Bytes} bytes");
            foreach (var path in sum.Paths) output.Line($"  {sign} {path}");
        }
    }

    // As often as a row is in one and not in the other.
    private static string Sql(Table table, TableSchema before, IReadOnlyList<NestedField> shared, string from, string to)
    {
        var name = CommandText.Name(table);
        var old = $"SELECT {string.Join(", ", shared.Select(f => $"{CommandText.Name(before.Find(f.Id)!.Name)} AS {CommandText.Name(f.Name)}"))} FROM {name}{from}";
        var now = $"SELECT {string.Join(", ", shared.Select(f => CommandText.Name(f.Name)))} FROM {name}{to}";
        return $"SELECT '-' AS change, * FROM ({old} EXCEPT ALL {now}) UNION ALL SELECT '+' AS change, * FROM ({now} EXCEPT ALL {old})";
    }

    private sealed record Difference(IReadOnlyList<string> Columns, FileSum Added, FileSum Removed);

    private sealed record FileSum(int DataFiles, int DeleteFiles, long Rows, long Bytes, IReadOnlyList<string> Paths);
}
