// Hot path: every read and every flush of a REST connection asks it.
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Host.Rest.Transport;

/// <summary>
/// Where a connection's requests run: short inferences on the thread that the system woke for their bytes, as on the gRPC port; all others on
/// the thread pool, from their first look at the body to their end, because other connections wait for that thread.
/// One request at a time: a connection's own.
/// </summary>
internal sealed class ConnectionThread
{
    private volatile bool _isLeft;

    /// <summary>Has the connections of a port say where their requests run.</summary>
    public static ConnectionDelegate On(ConnectionDelegate next) => connection =>
    {
        var thread = new ConnectionThread();
        connection.Features.Set(thread);
        connection.Transport = new ThreadedTransport(connection.Transport, thread);
        return next(connection);
    };

    /// <summary>From here on whatever was waited for goes on on the thread pool. Awaited, so does the caller.</summary>
    public YieldAwaitable LeaveAsync()
    {
        _isLeft = true;
        return Task.Yield();
    }

    /// <summary>The request is over; the next may run where it arrives.</summary>
    public void Return() => _isLeft = false;

    private ValueTask<T> Continue<T>(ValueTask<T> pending) => pending.IsCompleted || !_isLeft ? pending : ElsewhereAsync(pending);

    private static async ValueTask<T> ElsewhereAsync<T>(ValueTask<T> pending)
    {
        var result = await pending;
        await Task.Yield();
        return result;
    }

    private sealed class ThreadedTransport(IDuplexPipe inner, ConnectionThread thread) : IDuplexPipe
    {
        public PipeReader Input { get; } = new ThreadedReader(inner.Input, thread);
        public PipeWriter Output { get; } = new ThreadedWriter(inner.Output, thread);
    }

    private sealed class ThreadedReader(PipeReader inner, ConnectionThread thread) : PipeReader
    {
        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => thread.Continue(inner.ReadAsync(cancellationToken));

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }

    private sealed class ThreadedWriter(PipeWriter inner, ConnectionThread thread) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => thread.Continue(inner.FlushAsync(cancellationToken));

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default) =>
            thread.Continue(inner.WriteAsync(source, cancellationToken));

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);
    }
}
