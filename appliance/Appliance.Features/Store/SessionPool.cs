// Hot path: borrowed from and given back to by every read.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Appliance.Features.Store;

/// <summary>Lends sessions to any thread without a lock: a thread's own slot first, then the spares. Owns all sessions it made.</summary>
internal sealed class SessionPool(Func<StoreSession> make)
{
    private const int Slots = 64;

    /// <summary>References a cache line apart, so that two threads' slots never share one.</summary>
    private const int Stride = 8;

    private readonly StoreSession?[] _slots = new StoreSession?[Slots * Stride + Stride];
    private readonly ConcurrentQueue<StoreSession> _spares = new();
    private readonly Lock _gate = new(); // guards _all and _closed
    private readonly List<StoreSession> _all = [];
    private bool _closed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public StoreSession Rent() => Interlocked.Exchange(ref Slot(), null) ?? RentSpare();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Return(StoreSession session)
    {
        ref var slot = ref Slot();
        if (slot is null && Interlocked.CompareExchange(ref slot, session, null) is null) return;
        _spares.Enqueue(session);
    }

    public (long Memory, long Disk, long Misses) Lookups()
    {
        lock (_gate)
        {
            long memory = 0, disk = 0, misses = 0;
            foreach (var session in _all)
            {
                memory += Volatile.Read(ref session.MemoryHits);
                disk += Volatile.Read(ref session.DiskHits);
                misses += Volatile.Read(ref session.Misses);
            }
            return (memory, disk, misses);
        }
    }

    /// <summary>
    /// Lends no more and ends the sessions. False where some are lent out: then none is ended, and what they read must stay as it is, since nobody knows
    /// for how long a disk keeps a read waiting.
    /// </summary>
    public bool TryClose()
    {
        lock (_gate)
        {
            _closed = true;
            var home = TakeAll();
            if (home.Count < _all.Count) return false;
            foreach (var session in home) session.Dispose();
            _all.Clear();
            return true;
        }
    }

    private List<StoreSession> TakeAll()
    {
        var taken = new List<StoreSession>();
        for (var i = 0; i < _slots.Length; i++)
        {
            if (Interlocked.Exchange(ref _slots[i], null) is { } session) taken.Add(session);
        }
        while (_spares.TryDequeue(out var spare)) taken.Add(spare);
        return taken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ref StoreSession? Slot() => ref _slots[(Environment.CurrentManagedThreadId & (Slots - 1)) * Stride + Stride];

    [MethodImpl(MethodImplOptions.NoInlining)]
    private StoreSession RentSpare()
    {
        if (_spares.TryDequeue(out var spare)) return spare;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, typeof(FasterTable));
            var session = make();
            _all.Add(session);
            return session;
        }
    }
}
