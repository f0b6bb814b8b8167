using Apache.Arrow;

namespace Lake.Query.Output;

/// <summary>Writes rows to a stream as they come. Used by one thread; the stream stays the caller's.</summary>
public interface IRowWriter : IAsyncDisposable
{
    /// <summary>Adds rows; the batch stays the caller's.</summary>
    ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation);

    /// <summary>Ends what was written; without it, it is not whole.</summary>
    ValueTask FinishAsync(CancellationToken cancellation);
}
