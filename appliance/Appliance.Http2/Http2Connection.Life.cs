using Appliance.Http2.Frames;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

/// <summary>The end of a connection that rests, stalls or is to close.</summary>
internal sealed partial class Http2Connection
{
    private const int WholeRange = int.MaxValue;

    // Seconds that a peer has to hear that it is to open no more streams, where it does not say that it has: RFC 9113, 6.8 asks for a round trip.
    private const int HearingSeconds = 1;

    // The ping behind that word; an answer to it says that the word was read.
    private static ReadOnlySpan<byte> Heard => "draining"u8;

    private int _tick;
    private int _restingSince;
    private int _blockSince;
    private int _flushingSince;
    private long _handedOver;
    private int _drainingSince;
    private int _stalledAt;

    // Guarded by the gate: the connection is to end, and its peer is told to open no more streams; what it opens is served until it has heard.
    private bool _draining;
    private bool _goneAway;

    // Reader's alone.
    private bool _hasHeard;

    /// <summary>Seconds since the connection began.</summary>
    public int Tick => Volatile.Read(ref _tick);

    /// <summary>A second has passed. Called by the server's heartbeat. True: the peer takes nothing of what it is sent, and the connection is to be cut.</summary>
    public bool OnSecond()
    {
        var now = Interlocked.Increment(ref _tick);
        var handedOver = Output.HandedOver;
        if (!Output.IsFlushing || handedOver != _handedOver) (_flushingSince, _handedOver) = (now, handedOver);
        else if (now - _flushingSince > _limits.StallTimeout.TotalSeconds) return true;
        bool isDue;
        lock (Output.Gate) isDue = _streams.Count > 0 || _draining || !_settingsRead || _block.IsOpen || IsResting(now);
        if (isDue) WakeReader();
        return false;
    }

    /// <summary>Tells the peer to open no more streams, serves those that it has opened by the time it has heard that, and ends the connection then.</summary>
    public void Drain()
    {
        lock (Output.Gate) BeginDrain();
        Output.Flush();
        WakeReader();
    }

    // The gate is held.
    private void BeginDrain()
    {
        if (_draining) return;
        _draining = true;
        _drainingSince = Tick;
        if (_prefaceRead) TellDrain();
    }

    // A peer may be sending a request at this moment: one that finds the connection closed is lost, and proxies answer it with an error instead of asking
    // another server. The gate is held.
    private void TellDrain()
    {
        Output.GoAway(WholeRange, Http2ErrorCode.NoError);
        Output.Ping(Heard);
    }

    // The reader looks after its streams itself. It goes on where it is woken: not under a lock, nor on a thread that others wait for.
    private void WakeReader() => ThreadPool.UnsafeQueueUserWorkItem(static input => input.CancelPendingRead(), _input, preferLocal: false);

    // Whether the connection may end now; called by the reader between two reads.
    private bool IsOver()
    {
        var now = Tick;
        var isTold = false;
        lock (Output.Gate)
        {
            if (IsResting(now) && !_draining)
            {
                BeginDrain();
                isTold = true;
            }
            if (_draining && (_hasHeard || now > _drainingSince + HearingSeconds))
            {
                if (_streams.Count == 0) return _goneAway = true;
                if (!_goneAway)
                {
                    _goneAway = isTold = true;
                    Output.GoAway(_lastServedId, Http2ErrorCode.NoError);
                }
            }
        }
        if (isTold) Output.Flush();
        if ((_block.IsOpen || !_settingsRead) && now - _blockSince > _limits.StallTimeout.TotalSeconds) return true;
        ResetStalled(now);
        return false;
    }

    private bool IsResting(int now) => _streams.Count == 0 && now - _restingSince > _limits.IdleTimeout.TotalSeconds;

    private void ResetStalled(int now)
    {
        if (_stalledAt == now) return;
        _stalledAt = now;
        List<Http2Stream>? stalled = null;
        lock (Output.Gate)
        {
            foreach (var stream in _streams.Values)
            {
                // What only waits for the output rests with the peer as a whole, which is looked after above.
                if (SendFlow.IsOpenTo(stream)) stream.ProgressTick = now;
                // A body that does not get on, or an answer for which the caller opens no window.
                var waits = stream.Pending is not null || MaySendBody(stream);
                if ((waits && now - stream.ProgressTick > _limits.StallTimeout.TotalSeconds) || IsTooSlow(stream)) (stalled ??= []).Add(stream);
            }
        }
        if (stalled is null) return;
        foreach (var stream in stalled) Reset(stream, Http2ErrorCode.Cancel);
        Output.Flush();
    }

    // Where the caller has used up its windows, it waits for the server and not the other way round.
    private bool MaySendBody(Http2Stream stream)
    {
        if (!stream.AwaitsBody) return false;
        var isOpen = Volatile.Read(ref stream.ReceiveWindow) > 0 && Volatile.Read(ref _receiveWindow) > 0;
        if (isOpen) stream.BodySeconds++;
        else stream.ProgressTick = Tick;
        return isOpen;
    }

    // A byte now and then would keep a body going for ever.
    private bool IsTooSlow(Http2Stream stream)
    {
        var seconds = stream.BodySeconds - _limits.StallTimeout.TotalSeconds;
        return stream.AwaitsBody && seconds > 0 && stream.ReceivedLength < seconds * _limits.MinBodyBytesPerSecond;
    }
}
