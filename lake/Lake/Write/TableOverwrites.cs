using Apache.Arrow;
using Lake.Commit;
using Lake.Expressions;

namespace Lake.Write;

/// <summary>Puts rows in the place of others.</summary>
public static class TableOverwrites
{
    /// <summary>Deletes the rows that a filter matches and adds others, in one snapshot. The new rows may or may not match the filter.</summary>
    /// <param name="table">The table. Where others change it meanwhile, the change is worked out anew on what they made of it.</param>
    /// <param name="filter">The rows that go.</param>
    /// <param name="batches">The rows that come; see <see cref="TableWriter.WriteAsync"/>. Each stays the caller's.</param>
    /// <param name="request">How; null for what the table's properties say.</param>
    /// <param name="cancellation">Ends it before the commit; files written so far are deleted.</param>
    /// <exception cref="FilterException">The filter does not fit the table.</exception>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    public static async Task<Table> OverwriteAsync(this Table table, Filter filter, IAsyncEnumerable<RecordBatch> batches, RowChangeRequest? request, CancellationToken cancellation)
    {
        var chosen = request ?? RowChangeRequest.Default;
        // Before rows are written for nothing.
        FilterBinder.Bind(filter, table.Schema);
        table.Metadata.HeadOf(chosen.Branch);
        await using var writer = new TableWriter(table);
        await foreach (var batch in batches.WithCancellation(cancellation)) await writer.WriteAsync(batch, cancellation);
        var added = await writer.FinishAsync(cancellation);
        return await new RowChangeLoop(table).RunOwningAsync(new FilterDeletion(filter, added, chosen).WorkOutAsync, added, cancellation);
    }

    /// <inheritdoc cref="OverwriteAsync(Table, Filter, IAsyncEnumerable{RecordBatch}, RowChangeRequest?, CancellationToken)"/>
    public static Task<Table> OverwriteAsync(this Table table, Filter filter, IEnumerable<RecordBatch> batches, RowChangeRequest? request, CancellationToken cancellation) =>
        table.OverwriteAsync(filter, batches.ToAsyncEnumerable(), request, cancellation);

    /// <summary>Puts rows in the place of all, in one snapshot.</summary>
    /// <inheritdoc cref="OverwriteAsync(Table, Filter, IAsyncEnumerable{RecordBatch}, RowChangeRequest?, CancellationToken)"/>
    public static Task<Table> ReplaceAllAsync(this Table table, IAsyncEnumerable<RecordBatch> batches, RowChangeRequest? request, CancellationToken cancellation) =>
        table.OverwriteAsync(Filter.All, batches, request, cancellation);

    /// <inheritdoc cref="ReplaceAllAsync(Table, IAsyncEnumerable{RecordBatch}, RowChangeRequest?, CancellationToken)"/>
    public static Task<Table> ReplaceAllAsync(this Table table, IEnumerable<RecordBatch> batches, RowChangeRequest? request, CancellationToken cancellation) =>
        table.OverwriteAsync(Filter.All, batches.ToAsyncEnumerable(), request, cancellation);
}
