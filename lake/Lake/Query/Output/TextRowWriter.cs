using System.Buffers;
using System.Text;
using Apache.Arrow;

namespace Lake.Query.Output;

/// <summary>Collects lines and hands them to the stream in blocks. Used by one thread.</summary>
internal abstract class TextRowWriter(Stream stream) : IRowWriter
{
    /// <summary>Bytes of a block, about. 64 KiB: a pipe's buffer.</summary>
    private const int Block = 64 << 10;

    protected ArrayBufferWriter<byte> Buffer { get; } = new(Block * 2);

    public abstract ValueTask WriteAsync(RecordBatch batch, CancellationToken cancellation);

    public virtual async ValueTask FinishAsync(CancellationToken cancellation)
    {
        await FlushAsync(cancellation);
        await stream.FlushAsync(cancellation);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected void Append(string text) => Encoding.UTF8.GetBytes(text, Buffer);

    protected ValueTask FlushIfFullAsync(CancellationToken cancellation) => Buffer.WrittenCount >= Block ? FlushAsync(cancellation) : ValueTask.CompletedTask;

    private async ValueTask FlushAsync(CancellationToken cancellation)
    {
        await stream.WriteAsync(Buffer.WrittenMemory, cancellation);
        Buffer.ResetWrittenCount();
    }
}
