// Hot path: every read looks here first.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FASTER.core;

namespace Appliance.Features.Store;

/// <summary>
/// Where the newest records lie in memory, by their keys' hash: a short cut past FASTER's index, whose memory cannot be asked for early
/// (perf/FeatureBench, gather: 100 rows in 12 µs in place of 55). The one writer forgets a key's place before it changes the key's record in FASTER,
/// and remembers the new one behind it, so a place that stands here is that of the key's newest record. Any number of threads look without a lock. Who
/// finds nothing, or a record of another key, asks FASTER.
/// A place is 64 bits: 15 of the hash and the address in the log. Eight share a line of cache, and no two of a line have the same bits of the hash.
/// </summary>
internal sealed unsafe class RecordHints : IDisposable
{
    private const int Ways = 8;
    private const int LineBytes = 64;
    private const int AddressBits = 48;
    private const ulong AddressMask = (1UL << AddressBits) - 1;

    /// <summary>
    /// Bytes of a record that are asked for early: a row of 64 floats with its headers and key. Where rows are shorter, a line or two of a neighbour
    /// come along.
    /// </summary>
    private const int EarlyBytes = 320;

    private readonly void* _memory;
    private readonly ulong* _lines;
    private readonly long _lineMask;
    private readonly int _pageBits;
    private readonly long _pageMask;

    // By a page's place in the log's circle, where the page lies. Written before the first address in it is known to anyone, and for the next page of
    // that place only once no reader can be on the one before.
    private readonly nint[] _frames;

    public RecordHints(StoreGeometry geometry)
    {
        MemoryBytes = geometry.HintBytes;
        // Pages of the system that nothing is written to take no memory.
        _memory = NativeMemory.AllocZeroed((nuint)(MemoryBytes + LineBytes));
        _lines = (ulong*)(((nint)_memory + LineBytes - 1) & ~(LineBytes - 1));
        _lineMask = (MemoryBytes / LineBytes) - 1;
        _pageBits = geometry.PageBits;
        _pageMask = geometry.PageBytes - 1;
        _frames = new nint[geometry.BufferPages];
    }

    public long MemoryBytes { get; }

    /// <summary>Asks for the memory in which <see cref="Find"/> will look.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ForeseeFind(long hash)
    {
        if (Sse.IsSupported) Sse.Prefetch0(Line(hash));
    }

    /// <summary>The address of the key's record; 0 where none is known. It may have left the memory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Find(long hash)
    {
        var line = Line(hash);
        var way = WayOf(line, Tag(hash));
        if (way == Ways) return 0;
        // Read again, as one piece: the writer may have put another key's place here since.
        var place = Volatile.Read(ref line[way]);
        return place >> AddressBits == Tag(hash) ? (long)(place & AddressMask) : 0;
    }

    /// <summary>Asks for the record's memory. The caller is in the epoch and read <paramref name="head"/> in it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void ForeseeRecord(long address, long head)
    {
        if (!Sse.IsSupported || address < head) return;
        var record = Record(address);
        for (var at = 0; at < EarlyBytes; at += LineBytes) Sse.Prefetch0(record + at);
    }

    /// <summary>
    /// Looks at the record of an address that <see cref="Find"/> gave for the key's hash. False where it is not in memory, another key's, or removed.
    /// The caller is in the epoch and read <paramref name="head"/> in it, so nothing from there on is taken away while it looks.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryLocate(long address, long head, byte* key, int length, ref Located located)
    {
        if (address < head || address == 0) return false;
        var record = Record(address);
        var state = Unsafe.ReadUnaligned<RecordInfo>(record);
        // FASTER lays out: its own header, the key's length and bytes, on a multiple of 8 the value's length and bytes.
        var lengthAt = record + sizeof(long);
        if (state.IsClosed || state.Tombstone || *(int*)lengthAt != length) return false;
        if (!StoreKeyComparer.IsSame(lengthAt + sizeof(int), key, length)) return false;
        var value = record + ValueOffset(length);
        located.Value = value;
        located.Length = *(int*)(value - sizeof(int));
        located.Address = address;
        return true;
    }

    /// <summary>The writer is about to change the key's record in FASTER.</summary>
    public void Forget(long hash)
    {
        var line = Line(hash);
        var way = WayOf(line, Tag(hash));
        if (way < Ways) Volatile.Write(ref line[way], 0);
    }

    /// <summary>
    /// The writer has put the key's newest record there; <see cref="Forget"/> came before. Where the line is full, the oldest record's place goes: it
    /// is the next to leave the memory.
    /// </summary>
    public void Remember(long hash, int keyLength, in Located located)
    {
        var record = located.Value - ValueOffset(keyLength);
        Volatile.Write(ref _frames[Frame(located.Address)], (nint)record - (nint)(located.Address & _pageMask));
        var line = Line(hash);
        var way = 0;
        for (var i = 1; i < Ways; i++)
        {
            if ((line[i] & AddressMask) < (line[way] & AddressMask)) way = i;
        }
        Volatile.Write(ref line[way], (Tag(hash) << AddressBits) | (ulong)located.Address);
    }

    public void Dispose() => NativeMemory.Free(_memory);

    // Never 0, so that an empty place is no key's.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Tag(long hash) => ((ulong)hash >> AddressBits) | 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong* Line(long hash) => _lines + ((hash & _lineMask) * Ways);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int WayOf(ulong* line, ulong tag)
    {
        var wanted = Vector128.Create(tag);
        uint found = 0;
        for (var way = 0; way < Ways; way += 2)
        {
            var tags = Vector128.ShiftRightLogical(Vector128.Load(line + way), AddressBits);
            found |= Vector128.Equals(tags, wanted).ExtractMostSignificantBits() << way;
        }
        return System.Numerics.BitOperations.TrailingZeroCount(found | (1u << Ways));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Record(long address) => (byte*)_frames[Frame(address)] + (address & _pageMask);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Frame(long address) => (int)(address >> _pageBits) & (_frames.Length - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ValueOffset(int keyLength) => sizeof(long) + ((sizeof(int) + keyLength + 7) & ~7) + sizeof(int);
}
