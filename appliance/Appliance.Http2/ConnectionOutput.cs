// Hot path: every answer is written here.
using System.Buffers;
using System.IO.Pipelines;
using Appliance.Http2.Frames;

namespace Appliance.Http2;

/// <summary>
/// What a connection sends. Whoever holds <see cref="Gate"/> appends whole frames; a flush takes all that has gathered and hands it to the
/// transport, outside of the gate. One flush at a time; whatever is appended meanwhile goes with its next round.
/// </summary>
internal sealed class ConnectionOutput(PipeWriter transport)
{
    // A connection at rest keeps two blocks of this. 4 KiB: forty answers of one score.
    private const int KeptBytes = 4096;

    /// <summary>
    /// Bytes that may gather before the peer's frames are no longer read, applications wait and answers in pieces rest. 256 KiB: two answers of
    /// a hundred feature rows, so that the next is computed while one is sent, and little enough for the second-level cache.
    /// </summary>
    public const int CongestedBytes = 256 * 1024;

    /// <summary>Bytes that the transport is handed at once, so that a peer who takes them slowly is seen to take them. 64 KiB, as Kestrel's transport allows.</summary>
    private const int PieceBytes = 64 * 1024;

    // All guarded by Gate; _sending is the flusher's alone while _flushing.
    private byte[] _filling = ArrayPool<byte>.Shared.Rent(KeptBytes);
    private byte[] _sending = ArrayPool<byte>.Shared.Rent(KeptBytes);
    private int _filled;
    private bool _flushing;
    private bool _closed;
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;
    private Action? _emptied;

    private long _handedOver;

    // Written under the gate.
    private long _answered;

    /// <summary>Guards what is sent and every stream's state of sending.</summary>
    public Lock Gate { get; } = new();

    /// <summary>Pieces that the transport has taken; it stands still while the peer takes nothing.</summary>
    public long HandedOver => Interlocked.Read(ref _handedOver);

    /// <summary>Whether the peer does not take what it is sent: its frames should wait. The gate need not be held.</summary>
    public bool IsCongested
    {
        get
        {
            lock (Gate) return IsFull;
        }
    }

    /// <summary>Bytes of unary answers so far, whether they are sent or wait.</summary>
    public long Answered => Volatile.Read(ref _answered);

    /// <summary>Whether as much has gathered as one flush should take: more waits until that is sent. The gate need not be held.</summary>
    public bool HasPlenty => Volatile.Read(ref _filled) > CongestedBytes;

    /// <summary>Whether a flush is under way.</summary>
    public bool IsFlushing
    {
        get
        {
            lock (Gate) return _flushing;
        }
    }

    private bool IsFull => _flushing && HasPlenty && !_closed;

    /// <summary>Has <paramref name="emptied"/> called, under the gate, whenever a flush has taken what had gathered.</summary>
    public void OnEmptied(Action emptied) => _emptied = emptied;

    /// <summary>Room for <paramref name="bytes"/> to be written at once; <see cref="Commit"/> makes them part of the output. The gate is held.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_filling.Length - _filled < bytes) Grow(bytes);
        return _filling.AsSpan(_filled, bytes);
    }

    /// <summary>Counts an answer. The gate is held.</summary>
    public void CountAnswer(int bytes) => Volatile.Write(ref _answered, _answered + bytes);

    /// <summary>
    /// So much is to come in pieces, as far as it has room: the block grows once, not with each of them. Behind a large answer others of its kind are
    /// likely, and the block is made for all that may gather: growing answer by answer copied each of them once more. The gate is held.
    /// </summary>
    public void Expect(int bytes)
    {
        var most = CongestedBytes + FrameHeader.MaxPayload - _filled;
        var room = bytes > PieceBytes ? most : Math.Min(bytes, most);
        if (_filling.Length - _filled < room) Grow(room);
    }

    /// <summary>The gate is held. Behind the end of the connection it is dropped.</summary>
    public void Commit(int bytes)
    {
        if (!_closed) _filled += bytes;
    }

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

    public void Ping(ReadOnlySpan<byte> payload)
    {
        lock (Gate) Commit(ControlFrames.WritePing(Reserve(ControlFrames.MaxSize), FrameFlags.None, payload));
    }

    public void PingAck(ReadOnlySpan<byte> payload)
    {
        lock (Gate) Commit(ControlFrames.WritePing(Reserve(ControlFrames.MaxSize), FrameFlags.Ack, payload));
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
            if (_flushing || _filled == 0 || _closed) return;
            _flushing = true;
        }
        SendRounds();
    }

    /// <summary>Completes once there is room again, or nobody to send to.</summary>
    public Task RoomAsync()
    {
        lock (Gate)
        {
            if (!IsFull) return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Sends what there is and then nothing more. Completes once the transport is no longer used.</summary>
    public async Task CloseAsync()
    {
        Flush();
        await IdleAsync();
        Close();
        // Somebody may have begun a flush just before.
        await IdleAsync();
    }

    /// <summary>Completes once no flush is under way: all that the peer's windows let through is sent.</summary>
    public Task IdleAsync()
    {
        lock (Gate)
        {
            if (!_flushing) return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void Close()
    {
        lock (Gate)
        {
            _closed = true;
            _filled = 0;
            Release(ref _room);
            if (!_flushing) GiveBack();
        }
    }

    private void SendRounds()
    {
        var sent = 0;
        var count = 0;
        while (sent < count || TakeRound(out sent, out count))
        {
            var piece = Math.Min(count - sent, PieceBytes);
            var flush = HandOver(_sending.AsSpan(sent, piece));
            sent += piece;
            if (!flush.IsCompletedSuccessfully)
            {
                _ = AwaitAsync(flush, sent, count);
                return;
            }
            Taken(flush.Result);
        }
    }

    private async Task AwaitAsync(ValueTask<FlushResult> flush, int sent, int count)
    {
        while (true)
        {
            try
            {
                Taken(await flush);
            }
            catch (Exception)
            {
                // The transport is gone, for whatever reason, and with it everyone who could be told.
                Close();
            }
            if (sent >= count && !TakeRound(out sent, out count)) return;
            var piece = Math.Min(count - sent, PieceBytes);
            flush = HandOver(_sending.AsSpan(sent, piece));
            sent += piece;
        }
    }

    // A transport that has failed says so by whatever its socket said; whoever flushes has nothing to do with it.
    private ValueTask<FlushResult> HandOver(ReadOnlySpan<byte> piece)
    {
        try
        {
            transport.Write(piece);
            return transport.FlushAsync();
        }
        catch (Exception)
        {
            return new ValueTask<FlushResult>(new FlushResult(isCanceled: false, isCompleted: true));
        }
    }

    private void Taken(FlushResult result)
    {
        Interlocked.Increment(ref _handedOver);
        if (result.IsCompleted) Close();
    }

    // False: nothing is left, and the flush is over.
    private bool TakeRound(out int sent, out int count)
    {
        sent = 0;
        lock (Gate)
        {
            count = _filled;
            if (count > 0)
            {
                (_filling, _sending) = (_sending, _filling);
                _filled = 0;
                Refill();
                Release(ref _room);
                return true;
            }
            _flushing = false;
            if (_closed) GiveBack();
            else
            {
                Trim(ref _sending);
                Trim(ref _filling);
            }
            Release(ref _idle);
            return false;
        }
    }

    private void Refill()
    {
        try
        {
            _emptied?.Invoke();
        }
        catch
        {
            // Nobody flushes any more: whoever waits for the end must not wait for this.
            _flushing = false;
            Close();
            Release(ref _idle);
            throw;
        }
    }

    private void Grow(int bytes)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(_filling.Length * 2L, (long)_filled + bytes)));
        _filling.AsSpan(0, _filled).CopyTo(larger);
        if (_filling.Length > 0) ArrayPool<byte>.Shared.Return(_filling);
        _filling = larger;
    }

    private static void Release(ref TaskCompletionSource? waiting)
    {
        waiting?.SetResult();
        waiting = null;
    }

    private static void Trim(ref byte[] block)
    {
        if (block.Length <= KeptBytes) return;
        ArrayPool<byte>.Shared.Return(block);
        block = ArrayPool<byte>.Shared.Rent(KeptBytes);
    }

    private void GiveBack()
    {
        if (_sending.Length > 0) ArrayPool<byte>.Shared.Return(_sending);
        if (_filling.Length > 0) ArrayPool<byte>.Shared.Return(_filling);
        _sending = _filling = [];
    }
}
