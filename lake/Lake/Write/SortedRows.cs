using Apache.Arrow;
using Lake.Columns;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Write;

/// <summary>Rows that are held until they are given back in an order. Used by one thread.</summary>
internal sealed class SortedRows(SortOrder order, TableSchema schema)
{
    /// <summary>Rows of a batch that is given back. 65,536: as the reader of files has them.</summary>
    private const int BatchRows = 65_536;

    /// <summary>Bytes of a batch that is given back. 32 MiB: likewise.</summary>
    private const long BatchBytes = 32 << 20;

    private readonly SortKeyEncoder _encoder = new(order, schema);
    private readonly List<RecordBatch> _batches = [];
    private SortKeys _keys = new();
    private long _rowBytes;

    /// <summary>Memory that holding and sorting takes, about: rows stand there twice while they are put in order.</summary>
    public long Bytes => (2 * _rowBytes) + _keys.Memory;

    /// <summary>Takes rows.</summary>
    /// <param name="batch">The rows, in memory that stays theirs.</param>
    public void Add(RecordBatch batch)
    {
        if (batch.Length == 0) return;
        _encoder.Encode(batch, _keys);
        _batches.Add(batch);
        _rowBytes += ArrowBytes.Of(batch);
    }

    /// <summary>All rows in the order, once, in batches of so many rows, and so many bytes or one row, at most.</summary>
    public IEnumerable<RecordBatch> Drain(int batchRows = BatchRows, long batchBytes = BatchBytes)
    {
        if (_batches.Count == 0) yield break;
        var places = _keys.Order();
        if (_keys.IsSorted && _batches.TrueForAll(b => b.Length <= batchRows && (b.Length == 1 || ArrowBytes.Of(b) <= batchBytes)))
        {
            foreach (var batch in _batches) yield return batch;
            Clear();
            yield break;
        }
        var (columns, arrowSchema) = (new IArrowArray[_batches[0].ColumnCount], _batches[0].Schema);
        for (var i = 0; i < columns.Length; i++) columns[i] = _batches.Count == 1 ? _batches[0].Column(i) : ArrowArrayConcatenator.Concatenate([.. _batches.Select(b => b.Column(i))]);
        var bytes = _rowBytes > batchBytes ? ArrowBytes.OfRows(columns, places.Length) : null;
        Clear();
        for (int from = 0, length; from < places.Length; from += length)
        {
            length = LengthOf(places.AsSpan(from), bytes, batchRows, batchBytes);
            var rows = places.AsMemory(from, length);
            yield return new RecordBatch(arrowSchema, columns.Select(c => ArrowTake.Take(c, rows.Span)), length);
        }
    }

    private static int LengthOf(ReadOnlySpan<int> places, long[]? bytes, int batchRows, long batchBytes)
    {
        var most = Math.Min(batchRows, places.Length);
        if (bytes is null) return most;
        var (length, taken) = (1, bytes[places[0]]);
        while (length < most && (taken += bytes[places[length]]) <= batchBytes) length++;
        return length;
    }

    private void Clear()
    {
        _batches.Clear();
        (_keys, _rowBytes) = (new SortKeys(), 0);
    }
}
