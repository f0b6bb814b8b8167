using System.Globalization;
using Lake.Evolution;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Import.Staging;

/// <summary>
/// Columns that an import gives its table before it stages rows, as files are written by the table's own. A property notes them until the rows are on the main branch: an import that is given
/// up, or fails before anything is staged, takes them away again. Stateless.
/// </summary>
internal static class AddedColumns
{
    private const string Prefix = "import.added-columns.";

    /// <summary>Adds optional columns.</summary>
    /// <exception cref="TableShapeException">The table cannot have one.</exception>
    public static Task<Table> AddAsync(Table table, string id, IReadOnlyList<NestedField> columns, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            var schema = TableEvolution.Change(metadata, builder, update =>
            {
                foreach (var column in columns) update.Add(null, column.Name, column.Type, column.Doc);
            });
            var added = schema.Fields.Where(f => f.Id > metadata.LastColumnId).Select(f => f.Id.ToString(CultureInfo.InvariantCulture));
            builder.SetProperty(Prefix + id, string.Join(',', added));
        },
        cancellation);

    /// <summary>They are there for good, in a commit that is being made.</summary>
    public static void Keep(MetadataBuilder builder, string id) => builder.RemoveProperty(Prefix + id);

    /// <summary>Takes them away, unless rows of the import are staged. Columns that others have begun to use stay.</summary>
    public static async Task TakeAwayAsync(Table table, string id, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        if (IsNoted(now.Metadata, id)) await now.CommitAsync((metadata, builder) => TakeAway(metadata, builder, id), cancellation);
    }

    private static bool IsNoted(TableMetadata metadata, string id) => metadata.Properties.ContainsKey(Prefix + id) && StagingBranch.Read(metadata, id) is null;

    private static void TakeAway(TableMetadata metadata, MetadataBuilder builder, string id)
    {
        if (!IsNoted(metadata, id)) return;
        var ids = metadata.Properties[Prefix + id].Split(',', StringSplitOptions.RemoveEmptyEntries);
        Keep(builder, id);
        var columns = metadata.CurrentSchema.Fields.Where(f => ids.Contains(f.Id.ToString(CultureInfo.InvariantCulture))).ToList();
        if (columns.Count == 0 || IsUsed(metadata, id, columns)) return;
        try
        {
            TableEvolution.Change(metadata, builder, update => columns.ForEach(c => update.Drop(c.Name)));
        }
        catch (TableShapeException)
        {
            // Someone has laid the table out by one of them since.
        }
    }

    private static bool IsUsed(TableMetadata metadata, string id, List<NestedField> columns)
    {
        var schemas = metadata.Schemas.Where(s => columns.Exists(c => s.Find(c.Id) is not null)).Select(s => (int?)s.SchemaId).ToHashSet();
        return metadata.Snapshots.Any(s => schemas.Contains(s.SchemaId) && s.Summary.GetValueOrDefault(DoneImports.Id) != id);
    }
}
