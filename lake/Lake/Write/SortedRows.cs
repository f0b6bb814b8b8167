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
        foreach (var array in batch.Arrays) _rowBytes += SizeOf(array.Data);
    }

    /// <summary>All rows in the order, once, in batches of so many at most.</summary>
    public IEnumerable<RecordBatch> Drain(int batchRows = BatchRows)
    {
        if (_batches.Count == 0) yield break;
        var places = _keys.Order();
        if (_keys.IsSorted && _batches.TrueForAll(b => b.Length <= batchRows))
        {
            foreach (var batch in _batches) yield return batch;
            Clear();
            yield break;
        }
        var (columns, arrowSchema) = (new IArrowArray[_batches[0].ColumnCount], _batches[0].Schema);
        for (var i = 0; i < columns.Length; i++) columns[i] = _batches.Count == 1 ? _batches[0].Column(i) : ArrowArrayConcatenator.Concatenate([.. _batches.Select(b => b.Column(i))]);
        Clear();
        for (var from = 0; from < places.Length; from += batchRows)
        {
            var length = Math.Min(batchRows, places.Length - from);
            yield return new RecordBatch(arrowSchema, columns.Select(c => ArrowTake.Take(c, places.AsSpan(from, length))), length);
        }
    }

    private void Clear()
    {
        _batches.Clear();
        (_keys, _rowBytes) = (new SortKeys(), 0);
    }

    private static long SizeOf(ArrayData data)
    {
        var bytes = 0L;
        foreach (var buffer in data.Buffers) bytes += buffer.Length;
        foreach (var child in data.Children ?? []) bytes += SizeOf(child);
        return bytes;
    }
}
