using System.Runtime.CompilerServices;
using Apache.Arrow;

namespace Lake.Query;

/// <summary>Rows of a query as the engine makes them: read once, by one thread. Disposing it ends the query.</summary>
public sealed class QueryRows : IRowStream
{
    private readonly QueryRun _run;
    private readonly DuckResult _result;

    internal QueryRows(QueryRun run, DuckResult result, IReadOnlyList<QueryRead> reads) => (_run, _result, Reads) = (run, result, reads);

    /// <summary>The columns.</summary>
    public Schema Schema => _result.Schema;

    /// <summary>What is read, a line a place where the query names a table.</summary>
    public IReadOnlyList<QueryRead> Reads { get; }

    /// <summary>The rows, some 2,000 a batch. Each batch is the caller's to dispose.</summary>
    /// <exception cref="QueryException">The query failed on the way, or went beyond a limit.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = 0L;
        while (await _run.DoAsync(_result.Next) is { } batch)
        {
            rows += batch.Length;
            if (_run.MaxRows is { } most && rows > most)
            {
                batch.Dispose();
                throw new QueryException($"the result has more rows than its limit Rows of {most}; raise it, or give the query a LIMIT");
            }
            yield return batch;
            cancellation.ThrowIfCancellationRequested();
        }
    }

    public ValueTask DisposeAsync()
    {
        _result.Dispose();
        return _run.DisposeAsync();
    }
}
