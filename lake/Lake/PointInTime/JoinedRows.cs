using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Query;
using Lake.Storage;

namespace Lake.PointInTime;

/// <summary>Rows of a point-in-time join, in the spine's order: read once, by one thread. Disposing it ends the join and clears up.</summary>
public sealed class JoinedRows : IAsyncDisposable
{
    private readonly IRowStream _rows;
    private readonly JoinShape _shape;
    private readonly StagingFolder _staging;

    internal JoinedRows(IRowStream rows, JoinShape shape, StagingFolder staging) => (_rows, _shape, _staging) = (rows, shape, staging);

    /// <summary>The spine's columns, one a feature, and those of each view where they were asked for.</summary>
    public Schema Schema => _shape.Schema(_rows.Schema);

    /// <summary>The rows, some 2,000 a batch. Each batch is the caller's to dispose.</summary>
    /// <exception cref="QueryException">The join failed on the way, or went beyond a limit.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var batch in _rows.ReadAsync(cancellation)) yield return _shape.Shape(batch);
    }

    public async ValueTask DisposeAsync()
    {
        await _rows.DisposeAsync();
        _staging.Dispose();
    }
}
