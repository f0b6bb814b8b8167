using Appliance.Http2.Frames;
using Appliance.Http2.Streams;

namespace Appliance.Http2;

/// <summary>The end of a connection that rests, stalls or is to close.</summary>
internal sealed partial class Http2Connection
{
    private const int WholeRange = int.MaxValue;

    private int _tick;
    private int _restingSince;
    private int _blockSince;
    private int _flushingSince;
    private long _handedOver;
    private int _drainingSince;
    private int _stalledAt;

    // Guarded by the gate: the peer was told to open no more streams; a moment later new ones are refused.
    private bool _draining;
    private bool _goneAway;

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

    /// <summary>Lets the streams that are open end, and then the connection.</summary>
    public void Drain()
    {
        lock (Output.Gate)
        {
            if (_draining) return;
            _draining = true;
            _drainingSince = Tick;
            if (_prefaceRead) Output.GoAway(WholeRange, Http2ErrorCode.NoError);
        }
        Output.Flush();
        WakeReader();
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
            if (_streams.Count == 0 && (_draining || IsResting(now))) return _goneAway = true;
            // Whoever opened a stream before the first word of it came has had the time to hear it: RFC 9113, 6.8.
            if (_draining && !_goneAway && now > _drainingSince + 1)
            {
                _goneAway = isTold = true;
                Output.GoAway(_lastServedId, Http2ErrorCode.NoError);
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
