using System.CommandLine;
using Lake;
using Lake.Import;
using Lake.Manifests;
using Lake.Scan;
using Lake.Types;

namespace LakeService.Commands;

/// <summary><c>lake describe</c>: what a table is.</summary>
internal static class DescribeCommand
{
    public static Command Create(CommandOutput output, TimeProvider clock)
    {
        var name = new Argument<string>("TABLE") { Description = "namespace.table" };
        var json = new Option<bool>("--json") { Description = "JSON, for programs" };
        var command = new Command("describe", "Shows a table: columns with field ids, partitions, order, properties, size, branches and tags.\n\nExample: lake describe shop.orders --warehouse /data/lake") { name, json };
        command.SetAction(async (line, cancellation) =>
        {
            using var lake = LakeProgram.Connect(line, clock);
            var table = await LakeProgram.TableAsync(lake, line.GetRequiredValue(name), clock, cancellation);
            var files = await SnapshotFiles.ListAsync(table, table.Metadata.CurrentSnapshot, cancellation);
            if (line.GetValue(json)) output.WriteJson(Described(table, files));
            else WriteText(output, table, files);
            return LakeProgram.Done;
        });
        return command;
    }

    private static TableDescription Described(Table table, IReadOnlyList<ManifestEntry> files)
    {
        var metadata = table.Metadata;
        return new TableDescription(
            table.Name.ToString(),
            metadata.Location,
            metadata.FormatVersion,
            metadata.TableUuid,
            metadata.CurrentSnapshotId,
            CommandText.Time(metadata.LastUpdatedMs),
            [.. Fields(table.Schema.Fields, "").Select(f => new ColumnDescription(f.Field.Id, f.FullName, f.Field.Type.ToString()!, f.Field.IsRequired, f.Field.Doc))],
            [.. table.Schema.IdentifierFieldIds.Select(id => table.Schema.FullName(id)!)],
            [.. metadata.DefaultSpec.Fields.Select(f => $"{LayoutText.Of(f, table.Schema)} as {f.Name}")],
            [.. metadata.DefaultSortOrder.Fields.Select(f => LayoutText.Of(f, table.Schema))],
            metadata.Properties.OrderBy(p => p.Key, StringComparer.Ordinal).ToDictionary(),
            metadata.Snapshots.Count,
            files.Count(f => f.File.Content == FileContent.Data),
            files.Count(f => f.File.Content != FileContent.Data),
            files.Sum(f => f.File.FileSizeInBytes),
            files.Where(f => f.File.Content == FileContent.Data).Sum(f => f.File.RecordCount),
            SnapshotFiles.Partitions(metadata, files).Count,
            [.. metadata.Refs.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new ReferenceDescription(r.Key, r.Value.IsBranch ? "branch" : "tag", r.Value.SnapshotId))]);
    }

    private static void WriteText(CommandOutput output, Table table, IReadOnlyList<ManifestEntry> files)
    {
        var d = Described(table, files);
        output.Line($"{d.Table}  {d.Location}");
        output.Line($"format version {d.FormatVersion}, uuid {d.Uuid}, snapshot {CommandText.Number(d.SnapshotId)}, updated {d.UpdatedAt}");
        output.Line($"{d.RowsInFiles} rows in {d.DataFiles} data files of {d.Partitions} partitions, {d.DeleteFiles} delete files, {d.Bytes} bytes, {d.Snapshots} snapshots");
        output.Line("");
        output.Columns([["ID", "COLUMN", "TYPE", "REQUIRED", "DOC"], .. d.Columns.Select(c => new[] { CommandText.Number(c.Id), c.Name, c.Type, c.Required ? "yes" : "no", c.Doc ?? "" })]);
        Section(output, "identifier fields", d.Identifiers);
        Section(output, "partitions", d.PartitionedBy);
        Section(output, "sort order", d.SortedBy);
        Section(output, "branches and tags", [.. d.References.Select(r => $"{r.Type} {r.Name} at {r.SnapshotId}")]);
        Section(output, "properties", [.. d.Properties.Select(p => $"{p.Key} = {p.Value}")]);
    }

    private static void Section(CommandOutput output, string name, IReadOnlyList<string> lines)
    {
        if (lines.Count == 0) return;
        output.Line("");
        output.Line(name);
        foreach (var line in lines) output.Line($"  {line}");
    }

    private static IEnumerable<(NestedField Field, string FullName)> Fields(IReadOnlyList<NestedField> fields, string prefix) =>
        fields.SelectMany(f => Fields(f.Type.Fields, $"{prefix}{f.Name}.").Prepend((f, prefix + f.Name)));

    private sealed record TableDescription(
        string Table, string Location, int FormatVersion, Guid Uuid, long? SnapshotId, string UpdatedAt, IReadOnlyList<ColumnDescription> Columns, IReadOnlyList<string> Identifiers, IReadOnlyList<string> PartitionedBy,
        IReadOnlyList<string> SortedBy, IReadOnlyDictionary<string, string> Properties, int Snapshots, int DataFiles, int DeleteFiles, long Bytes, long RowsInFiles, int Partitions, IReadOnlyList<ReferenceDescription> References);

    private sealed record ColumnDescription(int Id, string Name, string Type, bool Required, string? Doc);

    private sealed record ReferenceDescription(string Name, string Type, long SnapshotId);
}
