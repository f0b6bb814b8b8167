using Apache.Arrow;
using Lake.Commit;

namespace Lake.Write;

/// <summary>Adds rows to a table or puts them in the place of those with the same key.</summary>
public static class TableUpserts
{
    /// <summary>
    /// Deletes the rows whose key one of the new rows has, and adds the new rows, in one snapshot. Upserts of the same key that run at once follow one another: none leaves two rows. An
    /// append does not look at keys.
    /// </summary>
    /// <param name="table">The table. Where others change it meanwhile, the change is worked out anew on what they made of it.</param>
    /// <param name="batches">The new rows; see <see cref="TableWriter.WriteAsync"/>. Each stays the caller's.</param>
    /// <param name="keys">Full names of the columns that tell rows apart, primitive and neither float nor double; null for the schema's identifier fields.</param>
    /// <param name="request">How; null for what the table's properties say.</param>
    /// <param name="cancellation">Ends it before the commit; files written so far are deleted.</param>
    /// <exception cref="LakeFormatException">There is no such key, or new rows have one twice or without a value.</exception>
    /// <exception cref="CommitConflictException">Others were faster each time.</exception>
    public static async Task<Table> UpsertAsync(this Table table, IAsyncEnumerable<RecordBatch> batches, IReadOnlyList<string>? keys, RowChangeRequest? request, CancellationToken cancellation)
    {
        var chosen = request ?? RowChangeRequest.Default;
        var ids = UpsertKey.Of(table, keys);
        table.Metadata.HeadOf(chosen.Branch);
        await using var writer = new TableWriter(table);
        await foreach (var batch in batches.WithCancellation(cancellation)) await writer.WriteAsync(batch, cancellation);
        var added = await writer.FinishAsync(cancellation);
        if (added.Count == 0) return table;
        var upsert = new Upsert(added, ids, chosen);
        return await new RowChangeLoop(table).RunOwningAsync(upsert.WorkOutAsync, added, cancellation);
    }

    /// <inheritdoc cref="UpsertAsync(Table, IAsyncEnumerable{RecordBatch}, IReadOnlyList{string}?, RowChangeRequest?, CancellationToken)"/>
    public static Task<Table> UpsertAsync(this Table table, IEnumerable<RecordBatch> batches, IReadOnlyList<string>? keys, RowChangeRequest? request, CancellationToken cancellation) =>
        table.UpsertAsync(batches.ToAsyncEnumerable(), keys, request, cancellation);
}
