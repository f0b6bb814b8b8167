// Hot path: every answer is written here.
using System.Buffers;
using System.IO.Pipelines;
using Appliance.Http2.Frames;

namespace Appliance.Http2;

/// <summary>
/// What a connection sends. Whoever holds <see cref="Gate"/> appends whole frames; a flush takes all that has gathered and hands it to the
/// transport in one piece, outside of the gate. One flush at a time; whatever is appended meanwhile goes with its next round.
/// </summary>
internal sealed class ConnectionOutput(PipeWriter transport)
{
    // A connection at rest keeps two blocks of this. 4 KiB: forty answers of one score.
    private const int KeptBytes = 4096;

    /// <summary>Bytes that may gather while a flush waits for the peer, before its frames are no longer read. 64 KiB, as Kestrel's transport allows.</summary>
    private const int CongestedBytes = 64 * 1024;

    // Both guarded by Gate; _sending is the flusher's alone while _flushing.
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(KeptBytes);
    private byte[] _sending = ArrayPool<byte>.Shared.Rent(KeptBytes);
    private int _filled;
    private bool _flushing;
    private bool _closed;
    private TaskCompletionSource? _drained;

    /// <summary>Guards what is sent and every stream's state of sending.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Whether the peer does not take what it is sent: its frames should wait. The gate need not be held.</summary>
    public bool IsCongested
    {
        get
        {
            lock (Gate) return _flushing && _filled > CongestedBytes;
        }
    }

    /// <summary>Whether a flush waits for the peer.</summary>
    public bool IsFlushing
    {
        get
        {
            lock (Gate) return _flushing;
        }
    }

    /// <summary>Room for <paramref name="bytes"/> to be written at once; <see cref="Commit"/> makes them part of the output. The gate is held.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_filling.Length - _filled < bytes) Grow(bytes);
        return _filling.AsSpan(_filled, bytes);
    }

    /// <summary>The gate is held.</summary>
    public void Commit(int bytes) => _filled += bytes;

    public void WindowUpdate(int streamId, int increment)
    {
        lock (Gate) Commit(ControlFrames.WriteWindowUpdate(Reserve(ControlFrames.MaxSize), streamId, increment));
    }

    public void Reset(int streamId, Http2ErrorCode code)
    {
        lock (Gate) Commit(ControlFrames.WriteReset(Reserve(ControlFrames.MaxSize), streamId, code));
    }

    public void GoAway(int lastStreamId, Http2ErrorCode code)
    {
        lock (Gate) Commit(ControlFrames.WriteGoAway(Reserve(ControlFrames.MaxSize), lastStreamId, code));
    }

    public void SettingsAck()
    {
        lock (Gate) Commit(ControlFrames.WriteSettingsAck(Reserve(ControlFrames.MaxSize)));
    }

    public void PingAck(ReadOnlySpan<byte> payload)
    {
        lock (Gate) Commit(ControlFrames.WritePingAck(Reserve(ControlFrames.MaxSize), payload));
    }

    public void Settings(ReadOnlySpan<(SettingId Id, uint Value)> settings)
    {
        lock (Gate) Commit(ControlFrames.WriteSettings(Reserve(ControlFrames.SettingsSize(settings.Length)), settings));
    }

    /// <summary>Sends what has gathered, unless another thread is at it: it will take this along. Returns without waiting for the peer.</summary>
    public void Flush()
    {
        // Nothing is sent under the gate: whoever holds it flushes when it is through.
        if (Gate.IsHeldByCurrentThread) return;
        lock (Gate)
        {
            if (_flushing || _filled == 0) return;
            _flushing = true;
        }
        SendRounds();
    }

    /// <summary>Completes once no flush waits for the peer.</summary>
    public Task DrainAsync()
    {
        lock (Gate)
        {
            if (!_flushing) return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Nothing is sent from here on.</summary>
    public void Close()
    {
        lock (Gate)
        {
            _closed = true;
            _filled = 0;
            if (!_flushing) GiveBack();
        }
    }

    private void SendRounds()
    {
        while (TakeRound(out var count))
        {
            transport.Write(_sending.AsSpan(0, count));
            var flush = transport.FlushAsync();
            if (!flush.IsCompletedSuccessfully)
            {
                _ = AwaitAsync(flush);
                return;
            }
            if (flush.Result.IsCompleted) Close();
        }
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush)
    {
        try
        {
            if ((await flush).IsCompleted) Close();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The transport is gone, and with it everyone who could be told.
            Close();
        }
        SendRounds();
    }

    // False: nothing is left, and the flush is over.
    private bool TakeRound(out int count)
    {
        lock (Gate)
        {
            count = _closed ? 0 : _filled;
            if (count > 0)
            {
                (_filling, _sending) = (_sending, _filling);
                _filled = 0;
                return true;
            }
            _flushing = false;
            if (_sending.Length > KeptBytes) _sending = Exchange(_sending, KeptBytes);
            if (_closed) GiveBack();
            _drained?.SetResult();
            _drained = null;
            return false;
        }
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_filling.Length * 2, _filled + bytes));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_filling);
        _filling = larger;
    }

    private static byte[] Exchange(byte[] block, int size)
    {
        ArrayPool<byte>.Shared.Return(block);
        return ArrayPool<byte>.Shared.Rent(size);
    }

    private void GiveBack()
    {
        if (_sending.Length > 0) ArrayPool<byte>.Shared.Return(_sending);
        if (_filling.Length > 0) ArrayPool<byte>.Shared.Return(_filling);
        _sending = _filling = [];
    }
}
