using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Write;

/// <summary>Rows that are put in an order with bounded memory: those that are spilled are sorted, wait on the local disk, and are merged with the others in the end. Used by one thread.</summary>
/// <param name="storage">Where the table is; it gives local files.</param>
/// <param name="folder">The table's folder of data files.</param>
/// <param name="order">The order.</param>
/// <param name="schema">The rows' columns.</param>
internal sealed class ExternalSort(ITableStorage storage, string folder, SortOrder order, TableSchema schema) : IDisposable
{
    /// <summary>Rows of a batch of a run: as many of each run are in memory while runs are merged. 4,096: 100 runs of rows of 100 bytes then take 40 MB.</summary>
    private const int RunBatchRows = 4096;

    private readonly List<SortedRun> _runs = [];
    private readonly SortedRows _rows = new(order, schema);

    /// <summary>Memory that the rows in memory take, about.</summary>
    public long Bytes => _rows.Bytes;

    /// <summary>Takes rows, in memory that stays theirs.</summary>
    public void Add(RecordBatch rows) => _rows.Add(rows);

    /// <summary>Puts the rows that are in memory on the disk.</summary>
    /// <exception cref="IOException">The disk refuses them.</exception>
    public async Task SpillAsync(CancellationToken cancellation) =>
        _runs.Add(await SortedRun.WriteAsync(storage, $"{folder}/{Guid.NewGuid():D}.spill", _rows.Drain(RunBatchRows), order, schema, cancellation));

    /// <summary>All rows in the order, once. Each batch is good until the next.</summary>
    public async IAsyncEnumerable<RecordBatch> DrainAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        if (_runs.Count > 0) await SpillAsync(cancellation);
        while (await FillAsync(cancellation))
        {
            // Up to there no run has rows that are not held: what is below can be put in order and given.
            var bound = _runs[0].LastKey.ToArray();
            foreach (var run in _runs)
            {
                if (run.LastKey.SequenceCompareTo(bound) < 0) bound = run.LastKey.ToArray();
            }
            foreach (var run in _runs)
            {
                if (run.TakeUpTo(bound) is { } rows) _rows.Add(rows);
            }
            foreach (var rows in _rows.Drain()) yield return rows;
        }
        foreach (var rows in _rows.Drain()) yield return rows;
    }

    public void Dispose()
    {
        foreach (var run in _runs) run.Dispose();
        _runs.Clear();
    }

    // Whether a run has rows left; those that have not are gone.
    private async Task<bool> FillAsync(CancellationToken cancellation)
    {
        for (var i = _runs.Count - 1; i >= 0; i--)
        {
            if (await _runs[i].FillAsync(cancellation)) continue;
            _runs[i].Dispose();
            _runs.RemoveAt(i);
        }
        return _runs.Count > 0;
    }
}
