namespace Appliance.Features.Store;

/// <summary>
/// Writes to the disk in the order they were given, on one thread of its own. A write that fails is tried again until it succeeds, and everything
/// behind it waits: FASTER never sees a failed flush, since it forgets data on one, and the store goes on by itself when the disk does. Meanwhile
/// <see cref="Condition"/> says why writes are refused. Thread-safe.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    /// <summary>Between two tries of a write that fails. 100 ms: soon enough for an operator, rare enough to cost nothing.</summary>
    private static readonly TimeSpan Again = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new(); // guards _waiting and _stopped
    private readonly Queue<QueuedWrite> _waiting = new();
    private readonly SemaphoreSlim _signal = new(0);
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Thread _thread;
    private bool _stopped;
    private StoreCondition _condition = StoreCondition.Sound;

    public WriteQueue()
    {
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
        }
        _signal.Release();
        return true;
    }

    /// <summary>Refuses writes for good.</summary>
    public void Condemn(StoreCondition condition) => Volatile.Write(ref _condition, condition);

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
        }
    }

    private bool TryWrite(in QueuedWrite write)
    {
        while (true)
        {
            try
            {
                write.Write();
                if (Condition is { Permanent: false, Status: not StoreStatus.Applied }) Interlocked.CompareExchange(ref _condition, StoreCondition.Sound, Condition);
                return true;
            }
            catch (IOException fault)
            {
                if (!Condition.Permanent) Volatile.Write(ref _condition, StoreCondition.Of(fault, $"a write to '{write.Path}' failed", permanent: false));
            }
            if (_stop.Wait(Again)) return false;
        }
    }

    /// <summary>Ends the thread; writes not begun are abandoned.</summary>
    public void Dispose()
    {
        lock (_gate) _stopped = true;
        _stop.Set();
        _signal.Release();
        _thread.Join();
        while (_waiting.TryDequeue(out var write)) write.Abandon();
    }
}
