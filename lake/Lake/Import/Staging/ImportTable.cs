using Lake.Catalog;
using Lake.Commit;
using Lake.Evolution;
using Lake.Import.Inference;
using Lake.Import.Sources;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Import.Staging;

/// <summary>The table that an import goes to: found, made, or given the columns that it lacks. Used by one thread.</summary>
internal sealed class ImportTable(ICatalog catalog, ITableStorage sources, TimeProvider clock, ImportRequest request, string id)
{
    /// <summary>Property of a table that an unfinished import made, with the import's id.</summary>
    public const string MadeBy = "import.made-by";

    /// <summary>The columns that a new table would have.</summary>
    public async Task<TableSchema> NewSchemaAsync(IReadOnlyList<InputFile> files, CancellationToken cancellation)
    {
        var fields = request.Columns is { } text ? SchemaText.Parse(text).Fields : await new SchemaInference(sources, request).ColumnsAsync(files, cancellation);
        var keys = request.Mode == ImportMode.Upsert ? request.Keys ?? [] : [];
        if (keys.FirstOrDefault(k => fields.All(f => f.Name != k)) is { } missing) throw new ImportException($"key column is '{missing}'; the files have no column of that name");
        var columns = fields.Select(f => keys.Contains(f.Name) ? f with { IsRequired = true } : f).ToList();
        try
        {
            return new TableSchema(0, columns, [.. columns.Where(f => keys.Contains(f.Name)).Select(f => f.Id)]);
        }
        catch (LakeFormatException e)
        {
            throw new ImportException(e.Message, e);
        }
    }

    public async Task<Table> OpenAsync(IReadOnlyList<InputFile> files, CancellationToken cancellation)
    {
        if (await Table.LoadAsync(catalog, request.Table, clock, cancellation) is { } table) return await FittedAsync(table, files, cancellation);
        if (request.Mode == ImportMode.Upsert && request.Keys is null) throw new ImportException($"table {request.Table} is not there yet; an upsert into a new table must name its key's columns");
        // With the ids that a new table gives: partition and sort fields are over those.
        var schema = MetadataBuilder.NewTable("/", await NewSchemaAsync(files, cancellation), PartitionSpec.Unpartitioned, SortOrder.Unsorted, new Dictionary<string, string>(), clock).CurrentSchema;
        var definition = new TableDefinition(schema)
        {
            Spec = request.Partitions is { } partitions ? LayoutText.Partitions(partitions, schema, clock) : PartitionSpec.Unpartitioned,
            SortOrder = request.SortOrder is { } order ? LayoutText.Sort(order, schema) : SortOrder.Unsorted,
            Properties = new Dictionary<string, string>(request.Properties) { [MadeBy] = id },
        };
        if (await Table.CreateAsync(catalog, request.Table, definition, clock, cancellation) is { } made) return made;
        // Another import made it at the same time: this one goes into it as into any that is there.
        var others = await Table.LoadAsync(catalog, request.Table, clock, cancellation) ?? throw new ImportException($"table {request.Table} was made by someone else at the same time, and taken away again; run the import again");
        return await FittedAsync(others, files, cancellation);
    }

    /// <summary>Takes back what an import that is given up made: the table where no one else has begun to use it, otherwise the columns.</summary>
    public static async Task UndoAsync(Table table, string id, CancellationToken cancellation)
    {
        await AddedColumns.TakeAwayAsync(table, id, cancellation);
        await DropUnusedAsync(table, id, cancellation);
    }

    /// <summary>Takes it back likewise, as far as the storage lets it and where no rows are staged: a table that stays is empty, and the same import goes on with what is there.</summary>
    public static async Task UndoAfterFailureAsync(Table table, string id)
    {
        try
        {
            // The run may have been cancelled: that is no reason to leave them.
            await UndoAsync(table, id, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or LakeFormatException or CatalogException or CommitConflictException or CommitNotMadeException or CommitStateUnknownException)
        {
        }
    }

    // A layout that is asked for is the table's own, as where the same request made it; another would be passed over.
    private void CheckLayout(Table table)
    {
        const string Rule = "and an import does not change that: leave";
        var (spec, order) = (table.Metadata.DefaultSpec, table.Metadata.DefaultSortOrder);
        if (request.Partitions is { } partitions && !LayoutText.Partitions(partitions, table.Schema, clock).Fields.Select(f => (f.SourceId, f.Transform)).SequenceEqual(spec.Fields.Select(f => (f.SourceId, f.Transform))))
        {
            throw new ImportException($"Partitions is '{partitions}'; table {table.Name} is there already, laid out by '{LayoutText.Of(spec, table.Schema)}', {Rule} Partitions out");
        }
        if (request.SortOrder is { } sort && !LayoutText.Sort(sort, table.Schema).Fields.SequenceEqual(order.Fields))
        {
            throw new ImportException($"SortOrder is '{sort}'; table {table.Name} is there already, in the order '{LayoutText.Of(order, table.Schema)}', {Rule} SortOrder out");
        }
    }

    private static async Task DropUnusedAsync(Table table, string id, CancellationToken cancellation)
    {
        var now = await table.RefreshAsync(cancellation);
        if (IsUnused(now.Metadata, id)) await now.TryPurgeAsync(m => IsUnused(m, id), cancellation);
    }

    private static bool IsUnused(TableMetadata metadata, string id) => metadata.Properties.GetValueOrDefault(MadeBy) == id && metadata.Refs.Count == 0;

    private async Task<Table> FittedAsync(Table table, IReadOnlyList<InputFile> files, CancellationToken cancellation)
    {
        if (request.Mode == ImportMode.Upsert) Write.UpsertKey.Of(table, request.Keys);
        CheckLayout(table);
        if (request.Columns is { } text)
        {
            foreach (var field in SchemaText.Parse(text).Fields)
            {
                var column = table.Schema.Struct.Find(field.Name) ?? throw new ImportException($"column '{field.Name}' is given; table {table.Name} has no column of that name");
                if (field.Type.IsPrimitive && !field.Type.Equals(column.Type)) throw new ImportException($"column '{field.Name}' is given as {field.Type}; in table {table.Name} it is {column.Type}");
            }
        }
        if (request.UnknownColumns != UnknownColumns.Add) return table;
        var unknown = (await new SchemaInference(sources, request).ColumnsAsync(files, cancellation)).Where(c => table.Schema.Struct.Find(c.Name) is null).ToList();
        if (unknown.Count == 0) return table;
        return await AddedColumns.AddAsync(table, id, unknown, cancellation);
    }
}
