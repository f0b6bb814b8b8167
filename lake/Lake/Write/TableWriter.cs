using Apache.Arrow;
using Lake.Columns;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Write;

/// <summary>
/// Writes rows into new data files of a table, each partition into its own, the rows of each file in the table's sort order. Used by one thread; <see cref="FinishAsync"/> gives the
/// files, which no one sees before they are committed, and <see cref="DisposeAsync"/> without it deletes them. Rows that are to be sorted wait until then, in memory and on the local disk.
/// </summary>
public sealed class TableWriter : IAsyncDisposable
{
    /// <summary>Partitions whose files are open at once; more close the one that was longest not written. 64: some 1 MB of pages each.</summary>
    private const int MaxOpen = 64;

    private readonly Table _table;
    private readonly PartitionSpec _spec;
    private readonly WriteOptions _options;
    private readonly RowPartitioner _partitioner;
    private readonly Dictionary<PartitionTuple, ParquetDataWriter> _open = [];
    private readonly LinkedList<PartitionTuple> _byUse = [];
    private readonly Dictionary<PartitionTuple, ExternalSort> _unsorted = [];
    private readonly List<DataFile> _files = [];
    private readonly Apache.Arrow.Schema _schema;
    private bool _finished;

    public TableWriter(Table table, WriteOptions? options = null)
    {
        _table = table;
        _spec = table.Metadata.DefaultSpec;
        _options = options ?? WriteOptions.Of(table);
        _partitioner = new RowPartitioner(_spec, table.Schema);
        _schema = ArrowSchema.Of(table.Schema);
    }

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>Adds rows. Columns are found by field id where the batch has ids, else by name; one that it does not have is null.</summary>
    /// <exception cref="LakeFormatException">A column is not of its type, a required one is missing or has a null.</exception>
    public async Task WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        await AddAsync(Conform(batch), null, cancellation);
    }

    /// <summary>Adds rows that have the table's columns.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="partition">The partition of all of them; null where they may be of several.</param>
    /// <param name="cancellation">Ends it.</param>
    internal async Task AddAsync(RecordBatch rows, PartitionTuple? partition, CancellationToken cancellation)
    {
        foreach (var (part, places) in partition is null ? _partitioner.Split(rows) : [(partition, (int[]?)null)])
        {
            if (_options.SortOrder.IsUnsorted) await PutAsync(part, places is null ? rows : ArrowTake.Take(rows, places), cancellation);
            // Memory of its own: the caller's may be gone when the rows are sorted.
            else Hold(part, ArrowTake.Take(rows, places ?? [.. Enumerable.Range(0, rows.Length)]));
        }
        Rows += rows.Length;
        while (_unsorted.Count > 0 && _unsorted.Values.Sum(r => r.Bytes) > _options.SortBufferBytes) await _unsorted.Values.MaxBy(r => r.Bytes)!.SpillAsync(cancellation);
    }

    /// <summary>Ends all files and makes them durable.</summary>
    public async Task<IReadOnlyList<DataFile>> FinishAsync(CancellationToken cancellation)
    {
        foreach (var partition in _unsorted.Keys.ToList()) await SortAsync(partition, cancellation);
        foreach (var partition in _open.Keys.ToList()) await CloseAsync(partition, cancellation);
        _finished = true;
        return _files;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var writer in _open.Values) writer.Dispose();
        _open.Clear();
        foreach (var held in _unsorted.Values) held.Dispose();
        _unsorted.Clear();
        if (_finished) return;
        await UnusedFiles.DeleteAsync(_table.Storage, _files.Select(f => f.Path));
        _files.Clear();
    }

    private RecordBatch Conform(RecordBatch batch)
    {
        var fields = batch.Schema.FieldsList;
        var unknown = fields.FirstOrDefault(f => Column(f) is null);
        if (unknown is not null) throw new LakeFormatException($"column '{unknown.Name}' is in the rows; table {_table.Name} has no such column");
        var arrays = new List<IArrowArray>(_table.Schema.Fields.Count);
        foreach (var column in _table.Schema.Fields)
        {
            var at = -1;
            for (var i = 0; i < fields.Count && at < 0; i++)
            {
                if (Column(fields[i]) == column) at = i;
            }
            var array = ArrowReshape.To(at < 0 ? null : batch.Column(at), at < 0 ? null : ArrowNames.WithIds(fields[at], column), column, batch.Length);
            if (column.IsRequired && array.NullCount > 0) throw new LakeFormatException($"column '{column.Name}' is required; {array.NullCount} of {batch.Length} rows have null");
            arrays.Add(array);
        }
        return new RecordBatch(_schema, arrays, batch.Length);
    }

    private NestedField? Column(Field field) => ArrowSchema.IdOf(field) is { } id ? _table.Schema.Struct.Fields.FirstOrDefault(f => f.Id == id) : _table.Schema.Struct.Find(field.Name);

    private void Hold(PartitionTuple partition, RecordBatch rows)
    {
        if (!_unsorted.TryGetValue(partition, out var held)) _unsorted[partition] = held = new ExternalSort(_table.Storage, _options.DataLocation, _options.SortOrder, _table.Schema);
        held.Add(rows);
    }

    private async Task SortAsync(PartitionTuple partition, CancellationToken cancellation)
    {
        using var held = _unsorted[partition];
        await foreach (var rows in held.DrainAsync(cancellation)) await PutAsync(partition, rows, cancellation);
        _unsorted.Remove(partition);
        if (_open.ContainsKey(partition)) await CloseAsync(partition, cancellation);
    }

    private async Task PutAsync(PartitionTuple partition, RecordBatch rows, CancellationToken cancellation)
    {
        var writer = await OpenAsync(partition, cancellation);
        writer.Write(rows);
        if (writer.Bytes >= _options.TargetFileBytes || writer.Rows >= _options.MaxFileRows) await CloseAsync(partition, cancellation);
    }

    private async Task<ParquetDataWriter> OpenAsync(PartitionTuple partition, CancellationToken cancellation)
    {
        if (_open.TryGetValue(partition, out var open))
        {
            _byUse.Remove(partition);
            _byUse.AddLast(partition);
            return open;
        }
        if (_open.Count >= MaxOpen) await CloseAsync(_byUse.First!.Value, cancellation);
        var location = $"{_options.DataLocation}/{PartitionPath.Of(_spec, _table.Metadata.PartitionType(_spec.SpecId), partition)}{DataFileName.New(_options.RowsAddedMs)}";
        var writer = await ParquetDataWriter.CreateAsync(_table.Storage, location, _table.Schema, _options.Parquet, _options.Metrics, cancellation);
        _open[partition] = writer;
        _byUse.AddLast(partition);
        return writer;
    }

    private async Task CloseAsync(PartitionTuple partition, CancellationToken cancellation)
    {
        var writer = _open[partition];
        var file = await writer.FinishAsync(cancellation);
        writer.Dispose();
        _open.Remove(partition);
        _byUse.Remove(partition);
        if (file.RecordCount > 0) _files.Add(file with { SpecId = _spec.SpecId, Partition = partition, SortOrderId = _options.SortOrder.OrderId });
    }
}
