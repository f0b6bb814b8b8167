using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Columns;
using Lake.Storage;

namespace Lake.Files.Parquet;

/// <summary>A Parquet file that anyone wrote, read as it is: columns by place, types as its writer chose them. Used by one thread.</summary>
internal sealed class ParquetInput : IDisposable
{
    private readonly ParquetBatches _file;

    private ParquetInput(ParquetBatches file) => _file = file;

    /// <summary>Its columns.</summary>
    public IReadOnlyList<Field> Fields => _file.Fields;

    public long Rows => _file.Rows;

    /// <param name="storage">Where it is.</param>
    /// <param name="location">Where in it.</param>
    /// <param name="batchRows">Rows of a batch at most.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    /// <exception cref="LakeFormatException">It is no whole Parquet file.</exception>
    public static async Task<ParquetInput> OpenAsync(ITableStorage storage, string location, int batchRows, CancellationToken cancellation) =>
        new(await ParquetBatches.OpenAsync(storage, location, batchRows, cancellation));

    /// <summary>The primitive column of some columns of which a row group unpacks to the most bytes, by the footer, and that many.</summary>
    /// <param name="places">Places of the columns.</param>
    /// <exception cref="LakeFormatException">The footer is damaged.</exception>
    public (string Column, long Bytes) Largest(IReadOnlyList<int> places) => _file.Largest(_file.Leaves(places));

    /// <summary>Rows from one on, with the chosen columns in the order of the file. Each batch is the caller's to dispose.</summary>
    /// <param name="places">Places of columns, lowest first; one at least.</param>
    /// <param name="firstRow">Rows to skip.</param>
    /// <param name="cancellation">Ends the reading between batches.</param>
    /// <exception cref="LakeFormatException">A page is damaged.</exception>
    public async IAsyncEnumerable<RecordBatch> ReadAsync(IReadOnlyList<int> places, long firstRow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var leaves = _file.Leaves(places);
        var skip = firstRow;
        for (var group = 0; group < _file.Groups; group++)
        {
            var rows = _file.RowsOf(group);
            if (skip >= rows)
            {
                skip -= rows;
                continue;
            }
            await foreach (var batch in _file.ReadAsync(group, leaves, cancellation))
            {
                var left = (int)Math.Min(skip, batch.Length);
                skip -= left;
                if (left == 0)
                {
                    yield return batch;
                    continue;
                }
                using (batch)
                {
                    if (left < batch.Length) yield return ArrowTake.Take(batch, Enumerable.Range(left, batch.Length - left).ToArray());
                }
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
