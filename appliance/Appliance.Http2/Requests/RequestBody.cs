using System.Buffers;
using System.IO.Pipelines;

namespace Appliance.Http2.Requests;

/// <summary>
/// A request's body: what the connection's reader puts in, the application takes out; only then may the peer send more.
/// One application thread at a time reads it.
/// </summary>
internal sealed class RequestBody(RequestStream stream) : PipeReader
{
    // The peer's window bounds what may lie here, so the pipe itself never makes the connection's reader wait.
    private static readonly PipeOptions Unbounded = new(pauseWriterThreshold: 0, resumeWriterThreshold: 0, useSynchronizationContext: false);

    private readonly Pipe _pipe = new(Unbounded);
    private readonly Lock _gate = new();
    private ReadOnlySequence<byte> _reading;

    // Guarded by _gate: bytes that were put in and not taken out; nothing is put in once it is over.
    private long _unread;
    private bool _over;

    /// <summary>Puts bytes in. False: nobody reads them any more.</summary>
    public bool TryAdd(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            if (_over) return false;
            _pipe.Writer.Write(data);
            _unread += data.Length;
            // Completes at once: the pipe has no threshold.
            _ = _pipe.Writer.FlushAsync();
            return true;
        }
    }

    /// <summary>There is no more of the body: it was sent whole, or <paramref name="fault"/> broke it off.</summary>
    public void End(Exception? fault)
    {
        lock (_gate)
        {
            if (_over) return;
            _over = true;
            _pipe.Writer.Complete(fault);
        }
    }

    /// <summary>Nobody will read on. Returns the bytes that were never read.</summary>
    public int Abandon()
    {
        lock (_gate)
        {
            if (!_over) _pipe.Writer.Complete();
            _over = true;
            _pipe.Reader.Complete();
            var unread = _unread;
            _unread = 0;
            return (int)unread;
        }
    }

    public override bool TryRead(out ReadResult result)
    {
        if (!_pipe.Reader.TryRead(out result)) return false;
        _reading = result.Buffer;
        return true;
    }

    public override async ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var result = await _pipe.Reader.ReadAsync(cancellationToken);
        _reading = result.Buffer;
        return result;
    }

    public override void AdvanceTo(SequencePosition consumed) => AdvanceTo(consumed, consumed);

    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined)
    {
        var bytes = (int)_reading.Slice(0, consumed).Length;
        _reading = default;
        _pipe.Reader.AdvanceTo(consumed, examined);
        if (bytes == 0) return;
        lock (_gate)
        {
            // What was never read has been given back already.
            if (_unread == 0) return;
            _unread -= bytes;
        }
        stream.BodyConsumed(bytes);
    }

    public override void CancelPendingRead() => _pipe.Reader.CancelPendingRead();

    // The stream completes the pipe, once the application is done.
    public override void Complete(Exception? exception = null)
    {
    }
}
