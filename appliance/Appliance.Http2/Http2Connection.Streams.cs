// Hot path: opens and ends the streams of a connection.
using System.Diagnostics.CodeAnalysis;
using Appliance.Http2.Calls;
using Appliance.Http2.Frames;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

internal sealed partial class Http2Connection
{
    /// <summary>
    /// Frames that one second may bring which cost the server more than the peer: resets, its own and those that its errors cause, and
    /// settings. Several times what a gateway gives up when a region of its callers goes away.
    /// </summary>
    private const int MaxCostly = 4096;

    private int _costly;
    private int _costlyTick;

    // Bytes of unary bodies that are not whole yet.
    private long _unfinished;

    private Http2ErrorCode TakeHeaders(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (header.StreamId == 0) return Http2ErrorCode.ProtocolError;
        if (header.Has(FrameFlags.Padded) && !TryUnpad(ref payload)) return Http2ErrorCode.ProtocolError;
        if (header.Has(FrameFlags.Priority))
        {
            // Taken off and not looked at: RFC 9113, 5.3.2.
            if (payload.Length < PriorityBytes) return header.Has(FrameFlags.Padded) ? Http2ErrorCode.ProtocolError : Http2ErrorCode.FrameSizeError;
            payload = payload[PriorityBytes..];
        }
        if (header.Has(FrameFlags.EndHeaders)) return TakeBlock(header.StreamId, header.Has(FrameFlags.EndStream), payload);
        _block.Begin(header.StreamId, header.Has(FrameFlags.EndStream), payload);
        _blockSince = Tick;
        return Http2ErrorCode.NoError;
    }

    private Http2ErrorCode TakeContinuation(FrameHeader header, ReadOnlySpan<byte> payload)
    {
        if (!_block.TryAdd(payload)) return Http2ErrorCode.EnhanceYourCalm;
        if (!header.Has(FrameFlags.EndHeaders)) return Http2ErrorCode.NoError;
        var error = TakeBlock(_block.StreamId, _block.EndsStream, _block.Block);
        _block.End();
        return error;
    }

    private Http2ErrorCode TakeBlock(int streamId, bool endsStream, ReadOnlySpan<byte> block)
    {
        var isTrailers = TryFind(streamId, out var stream);
        if ((isTrailers || !_lastBlock.Is(block)) && !TryFillHead(block, isTrailers)) return Http2ErrorCode.CompressionError;
        if (isTrailers) return TakeTrailers(stream!, endsStream);
        if (!IsIdle(streamId)) return WasRecentlyClosed(streamId) ? Http2ErrorCode.NoError : Http2ErrorCode.StreamClosed;
        if (streamId % 2 == 0) return Http2ErrorCode.ProtocolError;
        _lastStreamId = streamId;
        if (_head.Malformed is not null) return ResetOnly(streamId, Http2ErrorCode.ProtocolError);
        if (endsStream && _head.ContentLength > 0) return ResetOnly(streamId, Http2ErrorCode.ProtocolError);
        Open(streamId, endsStream);
        // Calls given up by their callers still run to their end; more than so many of them are no callers.
        return Volatile.Read(ref _running) > 2 * _limits.MaxStreams ? Http2ErrorCode.EnhanceYourCalm : Http2ErrorCode.NoError;
    }

    // Decoded in any case: the tables of both sides must stay in step.
    private bool TryFillHead(ReadOnlySpan<byte> block, bool isTrailers)
    {
        _lastBlock.Forget();
        var changes = _hpack.Table.Changes;
        _head.Begin(isTrailers);
        if (!_hpack.TryDecode(block, _head)) return false;
        _head.End();
        if (!isTrailers && _head is { IsUnary: true, Malformed: null, IsTooLarge: false }) _lastBlock.Keep(block, changes);
        return true;
    }

    private Http2ErrorCode TakeTrailers(Http2Stream stream, bool endsStream)
    {
        if (stream.RemoteEnded)
        {
            Fault(stream, Http2ErrorCode.StreamClosed);
            return Http2ErrorCode.NoError;
        }
        var fits = stream.DeclaredLength < 0 || stream.DeclaredLength == stream.ReceivedLength;
        if (!endsStream || _head.Malformed is not null || !fits)
        {
            Fault(stream, Http2ErrorCode.ProtocolError);
            return Http2ErrorCode.NoError;
        }
        stream.RemoteEnded = true;
        stream.ReceivedAll();
        return Http2ErrorCode.NoError;
    }

    private void Open(int streamId, bool endsStream)
    {
        var isServed = !_head.IsTooLarge && (!_head.IsUnary || _head.IsGrpc);
        var stream = isServed && !_head.IsUnary ? _requests.Create(_head) : null;
        lock (Output.Gate)
        {
            if (!_goneAway) _lastServedId = streamId;
            if (_open >= _limits.MaxStreams || _goneAway)
            {
                ResetOnly(streamId, Http2ErrorCode.RefusedStream);
                return;
            }
            if (!isServed)
            {
                RefuseAtOnce(streamId, endsStream, _head.IsTooLarge ? 431 : 415);
                return;
            }
            stream ??= NextCall();
            stream.Open(this, streamId, SendFlow.InitialStreamWindow, _limits.StreamWindow, Tick);
            stream.DeclaredLength = _head.ContentLength;
            _streams.Add(streamId, stream);
            _open++;
            _running++;
        }
        _current = stream;
        stream.RemoteEnded = endsStream;
        if (_callers is not null && stream is UnaryCall call && !TryAdmit(call)) return;
        if (endsStream) stream.ReceivedAll();
        stream.Opened();
    }

    private bool TryAdmit(UnaryCall call)
    {
        var isAdmitted = _callers!.TryAdmit(_head.Authorization, _head.ApiKey, out var caller, out var refusal);
        call.Caller = caller;
        if (!isAdmitted) call.Refuse(refusal);
        return isAdmitted;
    }

    // The gate is held.
    private UnaryCall NextCall()
    {
        var home = HomeOf(_head.Unary!);
        if (!home.Idle.TryPop(out var call))
        {
            call = home.Calls.Create();
            call.Home = home;
        }
        if (_head.SaysMore) call.Take(_head);
        return call;
    }

    private OpenedService HomeOf(UnaryService service)
    {
        foreach (var opened in _opened)
        {
            if (ReferenceEquals(opened.Service, service)) return opened;
        }
        var home = new OpenedService(service);
        home.Calls.Connection = this;
        _opened.Add(home);
        return home;
    }

    // The gate is held.
    private void RefuseAtOnce(int streamId, bool endsStream, int status)
    {
        var headers = new HeaderBlock();
        headers.Status(status);
        headers.Add("content-length"u8, "0"u8);
        Replies.WriteBlock(streamId, headers, endStream: true);
        if (endsStream) return;
        _recentlyClosed.Add(streamId);
        Output.Reset(streamId, Http2ErrorCode.NoError);
    }

    /// <summary>The call of a stream is over, whichever way. The gate is held.</summary>
    public void Ended(Http2Stream stream)
    {
        stream.Ended = true;
        Closes(stream);
        _running--;
        if (_streams.Remove(stream.Id) && !stream.Closed && !stream.RemoteEnded)
        {
            // The answer came before the request was over: the rest of it is not wanted.
            _recentlyClosed.Add(stream.Id);
            Output.Reset(stream.Id, Http2ErrorCode.NoError);
        }
        _restingSince = Tick;
        if (stream is UnaryCall call && call.Home.Idle.Count < _limits.MaxStreams) call.Home.Idle.Push(call);
        if (_draining && _streams.Count == 0) WakeReader();
    }

    /// <summary>Bytes of a stream's body were read: the peer may send as many more.</summary>
    public void Consumed(Http2Stream stream, int bytes)
    {
        Credit(bytes);
        if (stream.RemoteEnded) return;
        if (Interlocked.Add(ref stream.Uncredited, bytes) < _limits.StreamWindow / 2) return;
        var grant = Interlocked.Exchange(ref stream.Uncredited, 0);
        if (grant == 0) return;
        Interlocked.Add(ref stream.ReceiveWindow, grant);
        lock (Output.Gate)
        {
            if (!stream.Closed && !stream.Ended) Output.WindowUpdate(stream.Id, grant);
        }
    }

    /// <summary>Ends a stream with an error of its own.</summary>
    public void Reset(Http2Stream stream, Http2ErrorCode code)
    {
        lock (Output.Gate)
        {
            if (stream.Closed || stream.Ended) return;
            _recentlyClosed.Add(stream.Id);
            Output.Reset(stream.Id, code);
            Abandon(stream);
        }
    }

    /// <summary>The same for an error of the peer's. The reader's alone.</summary>
    public void Fault(Http2Stream stream, Http2ErrorCode code)
    {
        CountCostly();
        Reset(stream, code);
    }

    /// <summary>The stream is over for the peer, whatever still runs for it: it no longer counts against the limit. The gate is held.</summary>
    public void Closes(Http2Stream stream)
    {
        if (!stream.IsOpen) return;
        stream.IsOpen = false;
        _open--;
    }

    /// <summary>
    /// Counts bytes of a body that is not whole. False: bodies that callers do not finish hold too much already, and this one is not alone in it.
    /// </summary>
    public bool TryHold(Http2Stream stream, int bytes)
    {
        stream.Held += bytes;
        _unfinished += bytes;
        var all = _unfinishedInAll.Add(bytes);
        return (_unfinished == stream.Held || _unfinished <= _limits.MaxUnfinishedBytes) && (all == stream.Held || all <= _limits.MaxUnfinishedBytesInAll);
    }

    /// <summary>The body is whole, or given up.</summary>
    public void LetGo(Http2Stream stream)
    {
        if (stream.Held == 0) return;
        _unfinished -= stream.Held;
        _unfinishedInAll.Add(-stream.Held);
        stream.Held = 0;
    }

    private void Credit(int bytes)
    {
        if (Interlocked.Add(ref _uncredited, bytes) < _limits.ConnectionWindow / 2) return;
        var grant = Interlocked.Exchange(ref _uncredited, 0);
        if (grant == 0) return;
        Interlocked.Add(ref _receiveWindow, grant);
        Output.WindowUpdate(0, grant);
    }

    // In one hold of the gate: whoever answers the call meanwhile finds it open, or over.
    private void Abandon(Http2Stream stream)
    {
        lock (Output.Gate)
        {
            if (stream.Closed || stream.Ended) return;
            stream.Closed = true;
            Closes(stream);
            _streams.Remove(stream.Id);
            SendFlow.Forget(stream);
            stream.Abandoned();
        }
    }

    private void AbandonAll()
    {
        Http2Stream[] open;
        lock (Output.Gate)
        {
            _goneAway = true;
            open = [.. _streams.Values];
        }
        foreach (var stream in open) Abandon(stream);
    }

    private bool TryFind(int streamId, [NotNullWhen(true)] out Http2Stream? stream)
    {
        // Headers and body of one call mostly come one behind the other.
        stream = _current;
        if (stream is not null && stream.Id == streamId && !Volatile.Read(ref stream.Ended) && !Volatile.Read(ref stream.Closed)) return true;
        lock (Output.Gate) return _streams.TryGetValue(streamId, out stream);
    }

    private bool WasRecentlyClosed(int streamId)
    {
        lock (Output.Gate) return _recentlyClosed.Contains(streamId);
    }

    private Http2ErrorCode ResetOnly(int streamId, Http2ErrorCode code)
    {
        lock (Output.Gate)
        {
            _recentlyClosed.Add(streamId);
            Output.Reset(streamId, code);
            CountCostly();
        }
        return Http2ErrorCode.NoError;
    }

    private void CountCostly()
    {
        if (_costlyTick != Tick) (_costlyTick, _costly) = (Tick, 0);
        _costly++;
    }
}
