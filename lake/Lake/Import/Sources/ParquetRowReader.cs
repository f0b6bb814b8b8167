using System.Globalization;
using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Import.Building;
using Lake.Storage;
using Lake.Types;

namespace Lake.Import.Sources;

/// <summary>Rows of a Parquet file, columns found by name. Bad rows are those with a null in a required column, or with a text that is no JSON in a column of JSON. Used by one thread.</summary>
internal sealed class ParquetRowReader : IRowReader
{
    private readonly InputFile _file;
    private readonly ParquetInput _input;
    private readonly ReadTarget _target;
    private readonly List<(int Place, NestedField Column)> _columns;

    private ParquetRowReader(InputFile file, ParquetInput input, ReadTarget target, List<(int, NestedField)> columns) => (_file, _input, _target, _columns) = (file, input, target, columns);

    public static async Task<ParquetRowReader> OpenAsync(ITableStorage storage, InputFile file, ReadTarget target, CancellationToken cancellation)
    {
        ParquetInput input;
        try
        {
            input = await ParquetInput.OpenAsync(storage, file.Location, target.ChunkRows, cancellation);
        }
        catch (LakeFormatException e)
        {
            throw new ImportException(e.Message, e);
        }
        try
        {
            var columns = new List<(int Place, NestedField Column)>();
            for (var i = 0; i < input.Fields.Count; i++)
            {
                if (target.Column(input.Fields[i].Name, file.Location) is { } column) columns.Add((i, column));
            }
            if (columns.Count == 0) throw new ImportException($"{file.Location} has no column of table {target.Request.Table}; it must have one at least");
            target.CheckRequired([.. columns.Select(c => c.Column)], file.Location);
            CheckSize(input, columns, target.Request, file.Location);
            return new ParquetRowReader(file, input, target, columns);
        }
        catch (Exception)
        {
            input.Dispose();
            throw;
        }
    }

    public async IAsyncEnumerable<RowChunk> ReadAsync(long firstRow, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var next = firstRow;
        await using var batches = _input.ReadAsync([.. _columns.Select(c => c.Place)], firstRow, cancellation).GetAsyncEnumerator(cancellation);
        while (await GuardedAsync(batches))
        {
            using var batch = batches.Current;
            var columns = _columns.Select((c, i) => Converted(batch.Column(i), c.Column)).ToList();
            var bad = new SortedDictionary<int, BadRow>();
            for (var i = 0; i < columns.Count; i++) Check(columns[i], _columns[i].Column, next, bad);
            var rows = new RecordBatch(ArrowSchema.Of([.. _columns.Select(c => c.Column)]), columns, batch.Length);
            // What is handed on has memory of its own, as the file's batch goes when the next one comes.
            var kept = ArrowTake.Take(rows, bad.Count == 0 ? Enumerable.Range(0, batch.Length).ToArray() : [.. Enumerable.Range(0, batch.Length).Where(r => !bad.ContainsKey(r))]);
            next += batch.Length;
            yield return new RowChunk(kept, [.. bad.Values], next, _input.Rows == 0 ? _file.Length : (long)(_file.Length * ((double)next / _input.Rows)));
        }
    }

    public void Dispose() => _input.Dispose();

    // Before a page is read: what it unpacks to is held as a whole.
    private static void CheckSize(ParquetInput input, List<(int Place, NestedField Column)> columns, ImportRequest request, string location)
    {
        var (column, bytes) = input.Largest([.. columns.Select(c => c.Place)]);
        if (bytes <= request.MaxColumnBytes) return;
        throw new ImportException(string.Create(CultureInfo.InvariantCulture, $"{location} has column '{column}', of which a row group unpacks to {bytes} bytes; MaxColumnBytes is {request.MaxColumnBytes}: raise it where memory allows, or write the file with smaller row groups"));
    }

    private async ValueTask<bool> GuardedAsync(IAsyncEnumerator<RecordBatch> batches)
    {
        try
        {
            return await batches.MoveNextAsync();
        }
        catch (LakeFormatException e)
        {
            throw new ImportException(e.Message, e);
        }
    }

    private IArrowArray Converted(IArrowArray array, NestedField column)
    {
        try
        {
            return new ArrowByName(!_target.IgnoresUnknown).To(array, column, column.Name);
        }
        catch (Exception e) when (e is LakeFormatException or OverflowException)
        {
            throw new ImportException($"{_file.Location}: {e.Message}", e);
        }
    }

    private void Check(IArrowArray array, NestedField column, long first, SortedDictionary<int, BadRow> bad)
    {
        if (column.IsRequired && array.NullCount > 0)
        {
            for (var row = 0; row < array.Length; row++)
            {
                if (array.IsNull(row)) bad.TryAdd(row, new BadRow(first + row + 1, null, null, null, column.Name, null, "the value is null", "a value: the column is required"));
            }
        }
        if (!_target.JsonColumns.Contains(column.Name) || array is not StringArray texts) return;
        for (var row = 0; row < texts.Length; row++)
        {
            if (texts.IsNull(row) || JsonTexts.IsJson(texts.GetBytes(row))) continue;
            bad.TryAdd(row, new BadRow(first + row + 1, null, null, null, column.Name, _target.Cut(texts.GetString(row)), "the value is none of the column", "JSON"));
        }
    }
}
