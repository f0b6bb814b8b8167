using Lake.Metadata;
using Lake.Types;

namespace Lake.Evolution;

/// <summary>Changes of a table's shape: columns, partitions, order, properties. Files that are there stay as they are.</summary>
public static class TableEvolution
{
    /// <summary>Changes columns, all at once.</summary>
    /// <param name="table">The table.</param>
    /// <param name="change">The changes by name; made again on what others made of the table meanwhile.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="TableShapeException">A change is not allowed; nothing was changed.</exception>
    public static Task<Table> ChangeSchemaAsync(this Table table, Action<SchemaUpdate> change, CancellationToken cancellation) =>
        table.CommitAsync((metadata, builder) => Change(metadata, builder, change), cancellation);

    /// <summary>Changes how new rows are laid into partitions.</summary>
    /// <inheritdoc cref="ChangeSchemaAsync"/>
    public static Task<Table> ChangePartitionsAsync(this Table table, Action<PartitionUpdate> change, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            var update = new PartitionUpdate(metadata);
            change(update);
            builder.SetSpec(update.Fields);
        },
        cancellation);

    /// <summary>Says how rows of new files are to be ordered; no columns for no order.</summary>
    /// <exception cref="TableShapeException">A column is not there, or its transform does not take it; nothing was changed.</exception>
    public static Task<Table> ChangeSortOrderAsync(this Table table, IReadOnlyList<SortColumn> columns, CancellationToken cancellation) =>
        table.CommitAsync((metadata, builder) => builder.SetSortOrder([.. columns.Select(c => SortFieldOf(metadata.CurrentSchema, c))]), cancellation);

    /// <summary>Changes columns in a commit that is being made.</summary>
    /// <returns>The columns as they are then.</returns>
    internal static TableSchema Change(TableMetadata metadata, MetadataBuilder builder, Action<SchemaUpdate> change)
    {
        var update = new SchemaUpdate(metadata);
        change(update);
        var schema = update.Build();
        CheckPartitionNames(metadata, schema);
        builder.SetSchema(schema);
        return schema;
    }

    internal static SortField SortFieldOf(TableSchema schema, SortColumn column)
    {
        var source = schema.Find(column.Column) ?? throw new TableShapeException($"sort column is '{column.Column}'; the table has no column of that name");
        if (column.Transform.Kind == TransformKind.Void) throw new TableShapeException($"sort column '{column.Column}' is taken by void, which orders nothing");
        if (column.Transform.Kind == TransformKind.Unknown || !column.Transform.Takes(source.Type)) throw new TableShapeException($"sort column '{column.Column}' is {source.Type}; {column.Transform} does not take it");
        if (schema.Repeating(source.Id) is { } outer) throw new TableShapeException($"sort column '{column.Column}' stands in a {outer.Type.Kind.ToString().ToLowerInvariant()}; a row has any number of it");
        return new SortField(source.Id, column.Transform, column.IsDescending, column.NullsFirst ?? !column.IsDescending);
    }

    // A new name that a partition field has would be two things to readers that filter by partition names.
    private static void CheckPartitionNames(TableMetadata metadata, TableSchema schema)
    {
        foreach (var part in metadata.DefaultSpec.Fields)
        {
            if (schema.Find(part.Name) is not { } column || (column.Id == part.SourceId && part.Transform.Kind == TransformKind.Identity)) continue;
            if (metadata.CurrentSchema.Find(part.Name)?.Id == column.Id) continue;
            throw new TableShapeException($"column '{part.Name}' has the name of a partition field; rename that first");
        }
    }
}
