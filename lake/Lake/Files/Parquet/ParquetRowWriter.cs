using Apache.Arrow;
using Lake.Query.Output;
using ParquetSharp;
using ParquetSharp.Arrow;
using ParquetSharp.IO;

namespace Lake.Files.Parquet;

/// <summary>Writes rows of any columns into one Parquet file that is no table's. Used by one thread.</summary>
internal sealed class ParquetRowWriter : IRowWriter
{
    private readonly ManagedOutputStream _stream;
    private readonly FileWriter _writer;

    public ParquetRowWriter(Schema schema, Stream stream)
    {
        _stream = new ManagedOutputStream(stream, leaveOpen: true);
        using var builder = new WriterPropertiesBuilder();
        using var properties = builder.Compression(Compression.Zstd).CreatedBy("appliance lake").Build();
        _writer = new FileWriter(_stream, schema, properties);
    }

    public ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        _writer.WriteBufferedRecordBatch(batch);
        return ValueTask.CompletedTask;
    }

    public ValueTask FinishAsync(CancellationToken cancellation)
    {
        _writer.Close();
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        _stream.Dispose();
        return ValueTask.CompletedTask;
    }
}
