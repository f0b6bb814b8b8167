using Apache.Arrow;
using Lake.Columns;
using ParquetSharp.Arrow;

namespace Lake.Files.Parquet;

/// <summary>Gives rows to a Parquet writer and ends its row groups, which wait in memory, by their rows and by their bytes. Used by one thread; the writer stays the caller's.</summary>
/// <param name="writer">The writer, whose own rows of a row group are at most <paramref name="maxRows"/>.</param>
/// <param name="maxRows">Rows of a row group at most.</param>
/// <param name="maxBytes">Bytes of its rows in memory, from which on the next one begins.</param>
internal sealed class RowGroupWriter(FileWriter writer, long maxRows, long maxBytes)
{
    private long _rows, _bytes;

    /// <summary>Adds rows.</summary>
    /// <exception cref="ParquetSharp.ParquetException">They cannot be written.</exception>
    public void Write(RecordBatch batch)
    {
        if (_bytes >= maxBytes)
        {
            writer.NewBufferedRowGroup();
            (_rows, _bytes) = (0, 0);
        }
        writer.WriteBufferedRecordBatch(batch);
        var bytes = ArrowBytes.Of(batch);
        (_rows, _bytes) = (_rows + batch.Length, _bytes + bytes);
        if (_rows < maxRows) return;
        // The writer itself began another, for what is behind.
        _rows %= maxRows;
        _bytes = batch.Length == 0 ? 0 : (long)((double)bytes * Math.Min(_rows, batch.Length) / batch.Length);
    }
}
