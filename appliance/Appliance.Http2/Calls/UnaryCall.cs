// Hot path: one unary gRPC call.
using System.Numerics;
using Appliance.Http2.Frames;
using Appliance.Http2.Streams;

namespace Appliance.Http2.Calls;

/// <summary>
/// One unary gRPC call; used again for later calls of its connection. After <see cref="Run"/> the call is the service's until it calls
/// <see cref="Answer"/> or <see cref="Refuse"/>, once, on any thread.
/// </summary>
public abstract class UnaryCall : Http2Stream
{
    // Body memory kept between calls. 4 KiB: a thousand floats; a connection's idle calls are as many as it once had at the same time.
    private const int KeptBytes = 4096;
    private const int SmallestBody = 512;

    private byte[] _body = [];
    private int _bodyBytes;

    // Made by the first call that says more than what is called, which most callers' never do; of the call that is open only where that one does.
    private UnaryHead? _head;
    private bool _saysMore;

    // Guarded by the gate: the service has the call; what the call held of the service and of the body's memory went back.
    private bool _running;
    private bool _givenBack;

    /// <summary>The body as it was sent: one or more length-prefixed messages, or a part of one.</summary>
    protected ArraySegment<byte> Body => new(_body, 0, _bodyBytes);

    /// <summary>Value of grpc-timeout; empty without one.</summary>
    protected ReadOnlySpan<byte> GrpcTimeout => _saysMore ? _head!.GrpcTimeout : default;

    /// <summary>Value of grpc-encoding; null without one.</summary>
    protected string? GrpcEncoding => _saysMore ? _head!.GrpcEncoding : null;

    /// <summary>Value of grpc-accept-encoding, cut off behind 257 bytes; empty without one, and for a call without grpc-encoding.</summary>
    protected ReadOnlySpan<byte> GrpcAcceptEncoding => _saysMore ? _head!.GrpcAcceptEncoding : default;

    /// <summary>Who makes the call, as the server's <see cref="UnaryCallers"/> said; null where nobody is asked for.</summary>
    protected internal object? Caller { get; internal set; }

    /// <summary>Value of x-caller-key, cut off behind 257 bytes; empty without one.</summary>
    protected ReadOnlySpan<byte> CallerKey => _saysMore ? _head!.CallerKey : default;

    /// <summary>Value of x-model-version, likewise.</summary>
    protected ReadOnlySpan<byte> ModelVersion => _saysMore ? _head!.ModelVersion : default;

    /// <summary>Value of traceparent, cut off behind 257 bytes; empty without one, and where the service does not read it.</summary>
    protected ReadOnlySpan<byte> TraceParent => _saysMore ? _head!.TraceParent : default;

    /// <summary>Value of tracestate, cut off behind 513 bytes; empty likewise.</summary>
    protected ReadOnlySpan<byte> TraceState => _saysMore ? _head!.TraceState : default;

    /// <summary>Value of the answer's grpc-encoding; null, as is usual, for an answer without one.</summary>
    internal string? AnswerEncoding { get; private set; }

    /// <summary>Where the call rests when it is over.</summary>
    internal OpenedService Home { get; set; } = null!;

    /// <summary>More of the body has arrived, and it is not whole. The call may be refused from here, which ends it.</summary>
    protected virtual void Arriving()
    {
    }

    /// <summary>The request is there whole. Called by the connection's reader; must not block.</summary>
    protected abstract void Run();

    /// <summary>The caller is gone: what waits for the call may be given up. The call still ends by <see cref="Answer"/> or <see cref="Refuse"/>. The connection's gate is held.</summary>
    protected abstract void GiveUp();

    /// <summary>Writes the answer's message, gRPC prefix included, into memory of exactly the length announced. The connection's gate is held.</summary>
    protected abstract void WriteMessage(Span<byte> message);

    /// <summary>
    /// Gives away memory of <see cref="UnaryService.Memory"/> that begins with the answer's message, in place of <see cref="WriteMessage"/>, for
    /// one that is sent in pieces; null where it is to be written. The connection returns it. The connection's gate is held.
    /// </summary>
    protected virtual byte[]? TakeMessage() => null;

    /// <summary>The answer is written, or there is none: what the service holds for the call goes back. The connection's gate is held; the call must not be touched afterwards.</summary>
    protected abstract void Release();

    /// <summary>Ends the call with a message of so many bytes, gRPC prefix included. Goes out with the next flush.</summary>
    /// <param name="encoding">The answer's grpc-encoding, for a message that is packed; null for none.</param>
    protected void Answer(int messageBytes, string? encoding = null)
    {
        var connection = Connection;
        AnswerEncoding = encoding;
        lock (connection.Output.Gate)
        {
            _running = false;
            connection.Output.CountAnswer(messageBytes);
            if (Closed) End();
            else if (connection.SendFlow.TryCharge(this, messageBytes))
            {
                connection.Replies.WriteAnswer(this, messageBytes);
                End();
            }
            else AnswerInPieces(messageBytes);
        }
    }

    /// <summary>Ends the call with a status other than OK. Goes out with the next flush.</summary>
    /// <param name="trailers">Further trailers, in ASCII, with names in lower case.</param>
    protected void Refuse(int grpcStatus, string? message, params KeyValuePair<string, string>[] trailers) => Refuse(new UnaryRefusal(grpcStatus, message, trailers));

    /// <summary>Ends the call as its caller may not make it. The connection's reader alone calls it, before the call runs.</summary>
    internal void Refuse(in UnaryRefusal refusal)
    {
        var connection = Connection;
        lock (connection.Output.Gate)
        {
            _running = false;
            if (!Closed) connection.Replies.WriteRefusal(this, refusal);
            End();
        }
    }

    /// <summary>Keeps what the last block of the connection says of the call that is about to begin.</summary>
    internal void Take(RequestHead head)
    {
        (_head ??= new UnaryHead()).Take(head);
        _saysMore = true;
    }

    internal void WriteMessageTo(Span<byte> message) => WriteMessage(message);

    internal override void Receive(ReadOnlySpan<byte> data)
    {
        var length = _bodyBytes + data.Length;
        if (length > _body.Length) Grow(length);
        data.CopyTo(_body.AsSpan(_bodyBytes));
        _bodyBytes = length;
        Connection.Consumed(this, data.Length);
        // Of a body that is whole, Run is told.
        if (RemoteEnded) return;
        if (!Connection.TryHold(this, data.Length))
        {
            // Nothing was done for it: its caller may send it again, as RFC 9113, 8.7 says.
            Connection.Fault(this, Http2ErrorCode.RefusedStream);
            return;
        }
        Arriving();
    }

    internal override void ReceivedAll()
    {
        Connection.LetGo(this);
        // Nobody else knows the call before it runs.
        _running = true;
        Run();
    }

    internal override void Abandoned()
    {
        if (_running) GiveUp();
        else End();
    }

    internal override void WriteTrailers() => Connection.Replies.WriteOkTrailers(this);

    internal override void PendingSent() => End();

    private void AnswerInPieces(int messageBytes)
    {
        Pending = TakeMessage();
        if (Pending is null)
        {
            Pending = Connection.Memory.Rent(messageBytes);
            WriteMessage(Pending.AsSpan(0, messageBytes));
        }
        (PendingAt, PendingEnd, EndsAfterPending) = (0, messageBytes, true);
        ProgressTick = Connection.Tick;
        // A caller who is slow to read holds no more of the service than this memory.
        GiveBack();
        Connection.Replies.WriteHeaders(this);
        Connection.SendFlow.Send(this);
    }

    // The gate is held.
    private void End()
    {
        Connection.LetGo(this);
        GiveBack();
        _givenBack = false;
        Connection.SendFlow.Forget(this);
        _saysMore = false;
        Caller = null;
        AnswerEncoding = null;
        Connection.Ended(this);
    }

    // The gate is held.
    private void GiveBack()
    {
        if (_givenBack) return;
        _givenBack = true;
        Release();
        if (_body.Length > KeptBytes)
        {
            Connection.Memory.Return(_body);
            _body = [];
        }
        _bodyBytes = 0;
    }

    // A pool's blocks that are rented here are larger than what is kept: the length tells whose a block is. Memory grows with what has
    // arrived, not with what was announced: a prefix costs a caller five bytes.
    private void Grow(int length)
    {
        var larger = length <= KeptBytes
            ? new byte[Math.Max(SmallestBody, BitOperations.RoundUpToPowerOf2((uint)length))]
            : Connection.Memory.Rent((int)Math.Min(Array.MaxLength, Math.Max(2L * _bodyBytes, length)));
        _body.AsSpan(0, _bodyBytes).CopyTo(larger);
        if (_body.Length > KeptBytes) Connection.Memory.Return(_body);
        _body = larger;
    }
}
