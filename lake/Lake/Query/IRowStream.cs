using Apache.Arrow;

namespace Lake.Query;

/// <summary>Rows as batches: read once, by one thread. Disposing it ends what makes them.</summary>
internal interface IRowStream : IAsyncDisposable
{
    Schema Schema { get; }

    /// <summary>The rows. Each batch is the caller's to dispose.</summary>
    IAsyncEnumerable<RecordBatch> ReadAsync(CancellationToken cancellation);
}
