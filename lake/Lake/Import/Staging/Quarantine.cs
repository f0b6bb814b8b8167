using Apache.Arrow;
using Apache.Arrow.Types;
using Lake.Catalog;
using Lake.Expressions;
using Lake.Import.Sources;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Types;
using Lake.Write;

namespace Lake.Import.Staging;

/// <summary>
/// The table <c>name_quarantine</c> of an import's bad rows. They are staged on a branch as the good ones are, before those: an import that goes on reads them again and leaves out what is
/// staged already. Used by one thread.
/// </summary>
internal sealed class Quarantine(ICatalog catalog, TableName table, string id, TimeProvider clock)
{
    private static readonly TableSchema Schema = new(0,
    [
        NestedField.Required(1, "import_id", PrimitiveType.String, "Which import it was."),
        NestedField.Required(2, "file", PrimitiveType.String, "Location of the file."),
        NestedField.Required(3, "row", PrimitiveType.Long, "Number of the row in the file, from 1."),
        NestedField.Optional(4, "line", PrimitiveType.Long, "Line that the row begins at, from 1."),
        NestedField.Optional(5, "byte_offset", PrimitiveType.Long, "Byte of the decompressed file that the row begins at."),
        NestedField.Optional(6, "raw", PrimitiveType.String, "The row's text, cut."),
        NestedField.Optional(7, "column", PrimitiveType.String, "Column that is wrong; null for the row as a whole."),
        NestedField.Optional(8, "value", PrimitiveType.String, "Its value, cut."),
        NestedField.Required(9, "reason", PrimitiveType.String, "What is wrong."),
        NestedField.Required(10, "rule", PrimitiveType.String, "What it must be."),
        NestedField.Required(11, "at", PrimitiveType.TimestampTz, "When it was read."),
    ]);

    private static readonly Schema Columns = new(
    [
        new Field("import_id", StringType.Default, false), new Field("file", StringType.Default, false), new Field("row", Int64Type.Default, false), new Field("line", Int64Type.Default, true),
        new Field("byte_offset", Int64Type.Default, true), new Field("raw", StringType.Default, true), new Field("column", StringType.Default, true), new Field("value", StringType.Default, true),
        new Field("reason", StringType.Default, false), new Field("rule", StringType.Default, false), new Field("at", new TimestampType(TimeUnit.Microsecond, "UTC"), false),
    ], null);

    private Table? _table;
    private ImportState? _staged;

    public TableName Name { get; } = TableName.Parse($"{table}_quarantine");

    /// <summary>Reads what is staged.</summary>
    public async Task OpenAsync(CancellationToken cancellation)
    {
        _table = await Table.LoadAsync(catalog, Name, clock, cancellation);
        _staged = _table is null ? null : StagingBranch.Read(_table.Metadata, id);
    }

    /// <summary>Checks that what is staged is as it was written.</summary>
    /// <exception cref="ImportException">It is not; the message says what to do.</exception>
    public Task CheckAsync(CancellationToken cancellation) => _table is null || _staged is null ? Task.CompletedTask : StagedFiles.CheckAsync(_table, id, cancellation);

    /// <summary>Stages rows and says that all before a position are.</summary>
    /// <param name="rows">Rows with the position of each.</param>
    /// <param name="through">The position.</param>
    /// <param name="cancellation">Ends it before the commit.</param>
    public async Task StageAsync(IReadOnlyList<(ImportPosition At, string File, BadRow Row)> rows, ImportPosition through, CancellationToken cancellation)
    {
        var fresh = _staged is null ? rows : [.. rows.Where(r => r.At.CompareTo(_staged.Position) > 0)];
        if (fresh.Count == 0) return;
        // One that another import made, and gave up since, is gone.
        if (_staged is null) _table = await Table.LoadAsync(catalog, Name, clock, cancellation);
        _table ??= await Table.CreateAsync(catalog, Name, new TableDefinition(Schema), clock, cancellation) ?? (await Table.LoadAsync(catalog, Name, clock, cancellation))!;
        await using var writer = new TableWriter(_table);
        await writer.WriteAsync(Batch(fresh), cancellation);
        var next = new ImportState(0, "", through, 0, (_staged?.BadRows ?? 0) + fresh.Count, []);
        var files = await writer.FinishAsync(cancellation);
        _table = await WrittenFiles.CommitAsync(_table, StagingBranch.Stage(id, _staged, next, files), files, cancellation);
        _staged = StagingBranch.Read(_table.Metadata, id);
    }

    /// <summary>Brings staged rows to the main branch, once, in the place of those that the same import left there before its table was rolled back.</summary>
    public async Task PublishAsync(CancellationToken cancellation)
    {
        if (_table is null || _staged is null) return;
        var staged = _staged;
        var files = await StagingBranch.FilesAsync(_table.Storage, _table.Metadata, id, cancellation);
        var replacement = new FilterDeletion(Filter.Equal("import_id", id), files, RowChangeRequest.Default);
        _table = await new RowChangeLoop(_table).RunAsync(
            async (current, c) =>
            {
                // It is never nothing: what is staged has rows.
                var change = (await replacement.WorkOutAsync(current, c))!;
                if (change.Removed.Count == 0 && change.Added.Count == files.Count) change.Operation = SnapshotOperation.Append;
                change.Along = (before, builder, _) => StagingBranch.Remove(before, builder, id, staged.SnapshotId);
                change.Properties[DoneImports.Id] = id;
                return change;
            },
            files,
            cancellation);
        _staged = null;
    }

    /// <summary>Forgets staged rows, and the table with them where no import has brought it any.</summary>
    public async Task AbandonAsync(CancellationToken cancellation)
    {
        if (_table is null || _staged is null) return;
        _table = await _table.CommitAsync((_, builder) => builder.RemoveRef(StagingBranch.Name(id)), cancellation);
        _staged = null;
        if (_table.Metadata.Refs.Count == 0 && await _table.TryPurgeAsync(m => m.Refs.Count == 0, cancellation)) _table = null;
    }

    private RecordBatch Batch(IReadOnlyList<(ImportPosition At, string File, BadRow Row)> rows)
    {
        var at = clock.GetUtcNow();
        return new RecordBatch(Columns,
        [
            Texts(rows, _ => id), Texts(rows, r => r.File), Numbers(rows, r => r.Row.Row), Numbers(rows, r => r.Row.Line), Numbers(rows, r => r.Row.Offset),
            Texts(rows, r => r.Row.Raw), Texts(rows, r => r.Row.Column), Texts(rows, r => r.Row.Value), Texts(rows, r => r.Row.Reason), Texts(rows, r => r.Row.Rule),
            new TimestampArray.Builder(new TimestampType(TimeUnit.Microsecond, "UTC")).AppendRange(rows.Select(_ => at)).Build(),
        ], rows.Count);
    }

    private static StringArray Texts<T>(IReadOnlyList<T> rows, Func<T, string?> value) => new StringArray.Builder().AppendRange(rows.Select(value)).Build();

    private static Int64Array Numbers<T>(IReadOnlyList<T> rows, Func<T, long?> value)
    {
        var numbers = new Int64Array.Builder();
        foreach (var row in rows) numbers.Append(value(row));
        return numbers.Build();
    }
}
