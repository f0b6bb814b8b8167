using Apache.Arrow;
using Apache.Arrow.Ipc;
using Lake.Columns;
using Lake.Metadata;
using Lake.Storage;
using Lake.Types;

namespace Lake.Write;

/// <summary>Sorted rows on the local disk, read from the first on. Used by one thread; its file goes with it.</summary>
internal sealed class SortedRun : IDisposable
{
    private readonly LocalFile _file;
    private readonly SortKeyEncoder _encoder;
    private FileStream? _stream;
    private ArrowStreamReader? _reader;
    private RecordBatch? _batch;
    private SortKeys _keys = new();
    private int _next;

    private SortedRun(LocalFile file, SortOrder order, TableSchema schema) => (_file, _encoder) = (file, new SortKeyEncoder(order, schema));

    /// <summary>The highest key of the rows that are held; rows behind them have that or a higher one.</summary>
    public ReadOnlySpan<byte> LastKey => _keys.Key(_keys.Count - 1);

    /// <summary>Writes rows that come in their order.</summary>
    /// <exception cref="IOException">The disk refuses them.</exception>
    public static async Task<SortedRun> WriteAsync(ITableStorage storage, string location, IEnumerable<RecordBatch> rows, SortOrder order, TableSchema schema, CancellationToken cancellation)
    {
        var run = new SortedRun(await storage.CreateLocalAsync(location, cancellation), order, schema);
        try
        {
            using var stream = File.Create(run._file.Path);
            using var writer = new ArrowStreamWriter(stream, ArrowSchema.Of(schema), leaveOpen: true);
            foreach (var batch in rows) await writer.WriteRecordBatchAsync(batch, cancellation);
            await writer.WriteEndAsync(cancellation);
            return run;
        }
        catch (IOException e)
        {
            run.Dispose();
            throw DiskFaults.Named(location, e);
        }
        catch
        {
            run.Dispose();
            throw;
        }
    }

    /// <summary>Holds the next rows where none are held. False at the end.</summary>
    public async Task<bool> FillAsync(CancellationToken cancellation)
    {
        while (_batch is null || _next == _batch.Length)
        {
            _batch?.Dispose();
            _reader ??= new ArrowStreamReader(_stream = File.OpenRead(_file.Path), leaveOpen: true);
            (_batch, _keys, _next) = (await _reader.ReadNextRecordBatchAsync(cancellation), new SortKeys(), 0);
            if (_batch is null) return false;
            _encoder.Encode(_batch, _keys);
        }
        return true;
    }

    /// <summary>Gives the held rows whose key is not above one; null for none.</summary>
    public RecordBatch? TakeUpTo(ReadOnlySpan<byte> key)
    {
        var (low, high) = (_next, _batch!.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_keys.Key(middle).SequenceCompareTo(key) <= 0) low = middle + 1;
            else high = middle;
        }
        if (low == _next) return null;
        var rows = ArrowTake.Take(_batch, [.. Enumerable.Range(_next, low - _next)]);
        _next = low;
        return rows;
    }

    public void Dispose()
    {
        _batch?.Dispose();
        _reader?.Dispose();
        _stream?.Dispose();
        File.Delete(_file.Path);
        _file.Dispose();
    }
}
