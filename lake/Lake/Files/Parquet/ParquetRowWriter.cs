using Apache.Arrow;
using Lake.Query;
using Lake.Query.Output;
using Lake.Storage;
using ParquetSharp;
using ParquetSharp.Arrow;
using ParquetSharp.IO;

namespace Lake.Files.Parquet;

/// <summary>Writes rows of any columns into one Parquet file that is no table's. Used by one thread.</summary>
internal sealed class ParquetRowWriter : IRowWriter
{
    private const string Place = "the Parquet file";

    private readonly ManagedOutputStream _stream;
    private readonly FileWriter _writer;
    private readonly RowGroupWriter _groups;

    /// <exception cref="QueryException">A column is of a type that Parquet has not.</exception>
    /// <exception cref="IOException">The stream takes nothing.</exception>
    public ParquetRowWriter(Schema schema, Stream stream)
    {
        if (schema.FieldsList.FirstOrDefault(f => !CanHold(f)) is { } other) throw new QueryException($"column '{other.Name}' is {other.DataType.Name}; Parquet files have no such type: CAST it to another, as VARCHAR");
        var limits = new ParquetOptions();
        _stream = new ManagedOutputStream(stream, leaveOpen: true);
        try
        {
            _writer = Open(schema, _stream, limits);
        }
        catch (ParquetException e)
        {
            _stream.Dispose();
            throw DiskFaults.Named(Place, e, ParquetMessage.Of(e.Message));
        }
        _groups = new RowGroupWriter(_writer, limits.RowGroupRows, limits.RowGroupBytes);
    }

    /// <exception cref="IOException">The stream takes no more.</exception>
    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        Guarded(() => _groups.Write(batch));
        return ValueTask.CompletedTask;
    }

    /// <exception cref="IOException">The stream takes no more.</exception>
    public ValueTask FinishAsync(CancellationToken cancellation)
    {
        Guarded(_writer.Close);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        try
        {
            _writer.Dispose();
        }
        catch (ParquetException)
        {
            // A writer that could not write cannot close either; what went wrong was told then.
        }
        _stream.Dispose();
        return ValueTask.CompletedTask;
    }

    private static void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (ParquetException e)
        {
            throw DiskFaults.Named(Place, e, ParquetMessage.Of(e.Message));
        }
    }

    // The library alone knows its types, and tells of a schema as a whole.
    private static bool CanHold(Field field)
    {
        using var nothing = new ManagedOutputStream(Stream.Null, leaveOpen: true);
        try
        {
            Open(new Schema([field], null), nothing, new ParquetOptions()).Dispose();
            return true;
        }
        catch (Exception e) when (e is ParquetException or NotSupportedException or NotImplementedException)
        {
            return false;
        }
    }

    private static FileWriter Open(Schema schema, OutputStream stream, ParquetOptions options)
    {
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Zstd).MaxRowGroupLength(options.RowGroupRows).CreatedBy("appliance lake").Build();
        return new FileWriter(stream, schema, properties);
    }
}
