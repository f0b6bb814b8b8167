using Apache.Arrow;
using Apache.Arrow.Ipc;

namespace Lake.Query.Output;

internal sealed class ArrowFileRowWriter(Schema schema, Stream stream) : IRowWriter
{
    private readonly ArrowFileWriter _writer = new(stream, schema, leaveOpen: true);
    private bool _started;

    public async ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation)
    {
        await StartAsync(cancellation);
        await _writer.WriteRecordBatchAsync(batch, cancellation);
    }

    public async ValueTask FinishAsync(CancellationToken cancellation)
    {
        await StartAsync(cancellation);
        await _writer.WriteEndAsync(cancellation);
    }

    public ValueTask DisposeAsync()
    {
        _writer.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask StartAsync(CancellationToken cancellation)
    {
        if (_started) return;
        _started = true;
        await _writer.WriteStartAsync(cancellation);
    }
}
