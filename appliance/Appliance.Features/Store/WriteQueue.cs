namespace Appliance.Features.Store;

/// <summary>
/// Writes to the disk in the order they were given, on one thread of its own: in small pieces with rests between them, unless somebody waits for room. A
/// write that fails is tried again until it succeeds, and everything behind it waits: FASTER never sees a failed flush, since it forgets data on one, and
/// the store goes on by itself when the disk does. Meanwhile <see cref="Condition"/> says why writes are refused. Thread-safe.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Between two tries of a write that fails. 100 ms: soon enough for an operator, rare enough to cost nothing.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// Bytes written at a time. 64 KiB: at 100,000 events a second 99 % were acknowledged within 13 ms; within 15 ms with 256 KiB, and 25 ms with whole
    /// pages and no rests (2 cores and one disk for journal, store and sender; the median of three runs).
    /// </summary>
    private const int PieceBytes = 1 << 16;

    /// <summary>Shorter rests add up to one of this length, the grain of the system's timers.</summary>
    private static readonly TimeSpan ShortestRest = TimeSpan.FromMilliseconds(1);

    // 2 s: well within the 5 s from checkpoint to checkpoint. 4: a fifth of the disk.
    private readonly WritePacePolicy _pace = new(within: TimeSpan.FromSeconds(2), restShare: 4);

    private readonly Lock _gate = new(); // guards _waiting, _waitingBytes, _backlog and _stopped
    private readonly Queue<QueuedWrite> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly ManualResetEventSlim _wake = new(false);
    private readonly IThreadClock _clock;
    private readonly Thread _thread;
    private long _waitingBytes;
    private long _backlog;
    private bool _stopped;
    private volatile bool _hurries;
    private volatile bool _rests = true;
    private StoreCondition _condition = StoreCondition.Sound;

    // The rest that is due; owned by the thread.
    private TimeSpan _owed;

    public WriteQueue(IThreadClock clock)
    {
        _clock = clock;
        _thread = new Thread(Run) { IsBackground = true, Name = "store-log" };
        _thread.Start();
    }

    public StoreCondition Condition => Volatile.Read(ref _condition);

    /// <summary>Queues a write; false once the queue is stopped, and then it is never done.</summary>
    public bool TryEnqueue(in QueuedWrite write)
    {
        lock (_gate)
        {
            if (_stopped) return false;
            _waiting.Enqueue(write);
            _waitingBytes += write.Bytes;
            _backlog = Math.Max(_backlog, _waitingBytes);
        }
        _signal.Release();
        return true;
    }

    /// <summary>Ends the rest under way and leaves others out until nothing waits.</summary>
    public void Hurry()
    {
        _hurries = true;
        _wake.Set();
    }

    /// <summary>Ends the rest under way and leaves all others out.</summary>
    public void EndRests()
    {
        _rests = false;
        _wake.Set();
    }

    /// <summary>Refuses writes for good.</summary>
    public void Condemn(StoreCondition condition) => Volatile.Write(ref _condition, condition);

    private bool IsInHaste => _hurries || !_rests;

    private void Run()
    {
        while (true)
        {
            _signal.Wait();
            QueuedWrite write;
            lock (_gate)
            {
                if (_stopped) return;
                write = _waiting.Dequeue();
            }
            if (!TryWrite(in write))
            {
                write.Abandon();
                return;
            }
            write.Complete();
            NoteWritten(write.Bytes);
        }
    }

    private bool TryWrite(in QueuedWrite write)
    {
        for (long done = 0; done < write.Bytes;)
        {
            Rest();
            var bytes = (int)Math.Min(write.Bytes - done, IsInHaste ? LogDevice.LongestPart : PieceBytes);
            var started = _clock.Now;
            if (!TryWritePiece(in write, done, bytes)) return false;
            _owed += _pace.RestAfter(_clock.Now - started, bytes, Volatile.Read(ref _backlog));
            done += bytes;
        }
        return true;
    }

    private bool TryWritePiece(in QueuedWrite write, long from, int bytes)
    {
        while (true)
        {
            try
            {
                write.Write(from, bytes);
                if (Condition is { Permanent: false, Status: not StoreStatus.Applied }) Interlocked.CompareExchange(ref _condition, StoreCondition.Sound, Condition);
                break;
            }
            catch (IOException fault)
            {
                if (!Condition.Permanent) Volatile.Write(ref _condition, StoreCondition.Of(fault, $"a write to '{write.Path}' failed", permanent: false));
            }
            if (_clock.Wait(_stop, Again)) return false;
        }
        if (!IsInHaste) write.WriteOut(from, bytes);
        return true;
    }

    // Before a piece, so that what is written is told of at once.
    private void Rest()
    {
        if (_owed < ShortestRest || IsInHaste) return;
        _wake.Reset();
        // Whoever asked for haste before the event was reset is seen here, whoever asks later ends the wait.
        if (!IsInHaste && !_stop.IsSet) _clock.Wait(_wake, _owed);
        _owed = TimeSpan.Zero;
    }

    private void NoteWritten(long bytes)
    {
        lock (_gate)
        {
            _waitingBytes -= bytes;
            if (_waitingBytes > 0) return;
            _backlog = 0;
            _hurries = false;
        }
        _owed = TimeSpan.Zero;
    }

    /// <summary>Ends the thread; writes not begun are abandoned.</summary>
    public void Dispose()
    {
        lock (_gate) _stopped = true;
        _stop.Set();
        _wake.Set();
        _signal.Release();
        _thread.Join();
        while (_waiting.TryDequeue(out var write)) write.Abandon();
    }
}
