using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Columns;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Files.Parquet;

/// <summary>Reads one Parquet file of a table as the columns of a schema, found by field id whatever their names were. Used by one thread.</summary>
public sealed class ParquetDataReader : IDisposable
{
    private readonly ParquetBatches _file;
    private readonly IReadOnlyList<Field> _fields;

    private ParquetDataReader(ParquetBatches file, IReadOnlyList<Field> fields) => (_file, _fields) = (file, fields);

    public long Rows => _file.Rows;

    /// <exception cref="LakeFormatException">It is no whole Parquet file.</exception>
    public static Task<ParquetDataReader> OpenAsync(ITableStorage storage, string location, CancellationToken cancellation) => OpenAsync(storage, location, null, cancellation);

    /// <summary>Opens a file whose columns may have no field ids.</summary>
    /// <param name="storage">Where it is.</param>
    /// <param name="location">Where in it.</param>
    /// <param name="mapping">Ids of columns that have none; null for none.</param>
    /// <param name="cancellation">Ends the wait for the storage.</param>
    /// <exception cref="LakeFormatException">It is no whole Parquet file, or the mapping is none.</exception>
    internal static async Task<ParquetDataReader> OpenAsync(ITableStorage storage, string location, NameMapping? mapping, CancellationToken cancellation)
    {
        var file = await ParquetBatches.OpenAsync(storage, location, ParquetBatches.MaxRows, cancellation);
        try
        {
            return new ParquetDataReader(file, mapping is null ? file.Fields : ArrowMappedIds.Of(file.Fields, mapping));
        }
        catch (LakeFormatException)
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Whether the file itself says that it has a column of that field id.</summary>
    public bool Has(int fieldId) => _file.Fields.Any(f => ArrowSchema.IdOf(f) == fieldId);

    /// <summary>
    /// The rows in the order of the file, as batches with the position of their first row: 65,536 rows at most, and of wide ones as many as make some 32 MiB, or one. Each batch is the caller's to
    /// dispose.
    /// </summary>
    /// <param name="columns">What to read.</param>
    /// <param name="rowGroups">Which row groups; null for all.</param>
    /// <param name="cancellation">Ends the reading between batches.</param>
    /// <exception cref="LakeFormatException">A page is damaged, or a column cannot be read as the schema wants it.</exception>
    public async IAsyncEnumerable<(RecordBatch Batch, long Position)> ReadAsync(
        IReadOnlyList<NestedField> columns, IReadOnlyList<int>? rowGroups, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var groups = rowGroups ?? [.. Enumerable.Range(0, _file.Groups)];
        var schema = ArrowSchema.Of(columns);
        var written = _fields.ToList();
        var places = columns.Select(c => written.FindIndex(f => ArrowSchema.IdOf(f) == c.Id)).ToArray();
        var order = columns.Select((_, i) => places[i] < 0 ? -1 : places.Where(p => p >= 0 && p < places[i]).Distinct().Count()).ToArray();
        var leaves = _file.Leaves(places);
        foreach (var group in groups)
        {
            var position = FirstRow(group);
            if (leaves.Length == 0)
            {
                var rows = _file.RowsOf(group);
                yield return (new RecordBatch(schema, columns.Select(c => ArrowReshape.Missing(c, (int)rows)), (int)rows), position);
                continue;
            }
            await foreach (var batch in _file.ReadAsync(group, leaves, cancellation))
            {
                var arrays = columns.Select((c, i) => order[i] < 0 ? ArrowReshape.Missing(c, batch.Length) : ArrowReshape.To(batch.Column(order[i]), written[places[i]], c, batch.Length)).ToList();
                yield return (new RecordBatch(schema, arrays, batch.Length), position);
                position += batch.Length;
            }
        }
    }

    public void Dispose() => _file.Dispose();

    private long FirstRow(int group)
    {
        var first = 0L;
        for (var g = 0; g < group; g++) first += _file.RowsOf(g);
        return first;
    }
}
