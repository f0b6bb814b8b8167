using Apache.Arrow;
using Lake.Commit;
using Lake.Metadata;

namespace Lake.Write;

/// <summary>Adds rows to a table in one commit.</summary>
public static class TableAppends
{
    /// <summary>Writes the rows into new files and commits them: all or none are seen.</summary>
    /// <param name="table">The table.</param>
    /// <param name="batches">The rows; see <see cref="TableWriter.WriteAsync"/>. Each stays the caller's.</param>
    /// <param name="cancellation">Ends it before the commit; files written so far are deleted, as they are where the commit fails and it is sure that no snapshot has them.</param>
    public static Task<Table> AppendAsync(this Table table, IAsyncEnumerable<RecordBatch> batches, CancellationToken cancellation) => table.AppendAsync(batches, SnapshotRef.Main, cancellation);

    /// <summary>Writes the rows into new files and commits them on a branch: all or none are seen.</summary>
    /// <inheritdoc cref="AppendAsync(Table, IAsyncEnumerable{RecordBatch}, CancellationToken)"/>
    public static async Task<Table> AppendAsync(this Table table, IAsyncEnumerable<RecordBatch> batches, string branch, CancellationToken cancellation)
    {
        table.Metadata.HeadOf(branch);
        await using var writer = new TableWriter(table);
        await foreach (var batch in batches.WithCancellation(cancellation)) await writer.WriteAsync(batch, cancellation);
        var change = new TableChange { Operation = SnapshotOperation.Append, Branch = branch };
        var added = await writer.FinishAsync(cancellation);
        change.Added.AddRange(added);
        return await WrittenFiles.CommitAsync(table, change, added, cancellation);
    }

    /// <inheritdoc cref="AppendAsync(Table, IAsyncEnumerable{RecordBatch}, CancellationToken)"/>
    public static Task<Table> AppendAsync(this Table table, IEnumerable<RecordBatch> batches, CancellationToken cancellation) => table.AppendAsync(batches.ToAsyncEnumerable(), cancellation);
}
