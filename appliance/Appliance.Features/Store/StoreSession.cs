// Hot path: one is borrowed for every read.
using System.Runtime.CompilerServices;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>One borrower's way into FASTER. Not thread-safe; it may move between threads while nobody is in it.</summary>
internal sealed unsafe class StoreSession : IDisposable
{
    private readonly FasterKV<SpanByte, SpanByte> _faster;
    private readonly LogDevice _device;
    private readonly RecordHints _hints;
    private readonly ClientSession<SpanByte, SpanByte, int, Located, Empty, LocateFunctions> _session;
    private readonly UnsafeContext<SpanByte, SpanByte, int, Located, Empty, LocateFunctions> _context;
    private readonly DiskShelf _shelf = new();
    private readonly long[] _foreseen = new long[Foresight];
    private bool[] _marks = [];

    public StoreSession(FasterKV<SpanByte, SpanByte> faster, LogDevice device, RecordHints hints, PageSweep? sweep)
    {
        _faster = faster;
        _device = device;
        _hints = hints;
        _session = faster.For<int, Located, Empty>(new LocateFunctions(_shelf, sweep)).NewSession(new LocateFunctions(_shelf, sweep));
        _context = _session.UnsafeContext;
    }

    /// <summary>
    /// Keys whose memory is asked for before the first of them is read. 64: their rows of 64 floats are two thirds of a first-level cache.
    /// </summary>
    public const int Foresight = 64;

    /// <summary>Reads that memory answered since the session was made.</summary>
    public long MemoryHits;

    /// <summary>Reads that found no record since the session was made.</summary>
    public long Misses;

    /// <summary>Reads that the disk answered since the session was made.</summary>
    public long DiskHits;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter() => _context.BeginUnsafe();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave() => _context.EndUnsafe();

    public void Refresh() => _session.Refresh();

    /// <summary>
    /// Issues a read. Found: <paramref name="located"/> is valid until the session leaves. Pending: see <see cref="CompletePending"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Status Find(ref SpanByte key, int place, ref Located located) => _context.Read(ref key, ref place, ref located);

    /// <summary>Begins a set of reads that may go to the disk together.</summary>
    public void ClearMarks(int places)
    {
        if (_marks.Length < places) _marks = new bool[places];
        Array.Clear(_marks, 0, places);
        _shelf.Clear(places);
    }

    public void Mark(int place) => _marks[place] = true;
    public bool IsMarked(int place) => _marks[place];

    /// <summary>Waits for all pending reads; what was located in memory before is no longer valid. Throws when the disk failed.</summary>
    public void CompletePending(long faultsBefore)
    {
        _shelf.Completing = true;
        try
        {
            _context.CompletePending(wait: true);
        }
        finally
        {
            _shelf.Completing = false;
        }
        if (_device.ReadFaults != faultsBefore) throw new IOException($"The store's disk returned an error on a read: {_device.LastReadFault}");
    }

    public bool TryGetCompleted(int place, out Located located) => _shelf.TryGet(place, out located);

    /// <summary>
    /// Asks for the memory of up to <see cref="Foresight"/> keys' records before the first is read, so that the waits for them pass together.
    /// </summary>
    public void Foresee(byte* keys, int start, ReadOnlySpan<int> ends)
    {
        var foreseen = _foreseen.AsSpan(0, ends.Length);
        for (var i = 0; i < ends.Length; start = ends[i++])
        {
            foreseen[i] = StoreKeyComparer.Hash(keys + start, ends[i] - start);
            _hints.ForeseeFind(foreseen[i]);
        }
        var head = _faster.Log.HeadAddress;
        foreach (ref var place in foreseen)
        {
            place = _hints.Find(place);
            _hints.ForeseeRecord(place, head);
        }
    }

    /// <summary>Finds a key that was foreseen, as <see cref="Find"/> does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLocateForeseen(int place, byte* key, int length, ref Located located, ref bool pending) =>
        // The head is read anew: a read by FASTER between may have left the epoch for a moment.
        _hints.TryLocate(_foreseen[place % Foresight], _faster.Log.HeadAddress, key, length, ref located)
        || TryFind(place, key, length, ref located, ref pending);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFind(int place, byte* key, int length, ref Located located, ref bool pending)
    {
        var name = SpanByte.FromPointer(key, length);
        var status = Find(ref name, place, ref located);
        pending |= status.IsPending;
        return status.Found;
    }

    /// <summary>
    /// Finds a key wherever it is, waiting for the disk. A key that compaction moved while the read was on its way is looked for again: the log's
    /// begin having moved is the sign.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLocate(ref SpanByte key, ref Located located)
    {
        var bytes = key.ToPointer();
        var length = key.Length;
        var place = _hints.Find(StoreKeyComparer.Hash(bytes, length));
        if (!_hints.TryLocate(place, _faster.Log.HeadAddress, bytes, length, ref located)) return TryLocateSlowly(ref key, ref located);
        MemoryHits++;
        return true;
    }

    // FASTER's read is large where it is inlined, so it is not where every read passes.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryLocateSlowly(ref SpanByte key, ref Located located)
    {
        var begin = _faster.Log.BeginAddress;
        var status = Find(ref key, 0, ref located);
        if (status.Found)
        {
            MemoryHits++;
            return true;
        }
        while (true)
        {
            var faults = _device.ReadFaults;
            if (status.IsPending)
            {
                _shelf.Clear(1);
                CompletePending(faults);
                if (TryGetCompleted(0, out located))
                {
                    DiskHits++;
                    return true;
                }
            }
            if (begin == _faster.Log.BeginAddress) return false;
            begin = _faster.Log.BeginAddress;
            status = Find(ref key, 0, ref located);
            if (!status.Found) continue;
            MemoryHits++;
            return true;
        }
    }

    /// <summary>Appends a record of the key; never pending, as the caller made sure of room.</summary>
    public void Append(ref SpanByte key, ref SpanByte value)
    {
        var hash = StoreKeyComparer.Hash(key.ToPointer(), key.Length);
        _hints.Forget(hash);
        var input = 0;
        var output = default(Located);
        var status = _context.Upsert(ref key, ref input, ref value, ref output);
        if (!status.IsCompletedSuccessfully) throw new System.Diagnostics.UnreachableException($"an append ended as {status}");
        _hints.Remember(hash, key.Length, in output);
    }

    /// <summary>After a recovery, for a record that the log has in memory: remembers its place, if it is its key's newest.</summary>
    public void Recall(ref SpanByte key, long address)
    {
        var located = default(Located);
        if (!Find(ref key, 0, ref located).Found || located.Address != address) return;
        var hash = StoreKeyComparer.Hash(key.ToPointer(), key.Length);
        _hints.Forget(hash);
        _hints.Remember(hash, key.Length, in located);
    }

    public void Remove(ref SpanByte key)
    {
        _hints.Forget(StoreKeyComparer.Hash(key.ToPointer(), key.Length));
        var status = _context.Delete(ref key);
        if (!status.IsCompletedSuccessfully) throw new System.Diagnostics.UnreachableException($"a removal ended as {status}");
    }

    public void Dispose()
    {
        _session.Dispose();
        _shelf.Dispose();
    }
}
