// Hot path: every event is looked up and entered here.
using System.Numerics;
using FeatureModel.Events;

namespace Appliance.Features.Journal;

/// <summary>
/// The newest event ids with the positions of their records, exactly: an id is found if and only if it was entered and not yet forgotten.
/// Entries lie in chunks in order of arrival (28 bytes each); tables, each for a part of the ids, find them (16 bytes each). Memory grows with use, a chunk
/// or one table at a time: appending waits for it, so never for a copy of everything. Owned by one thread at a time.
/// </summary>
internal sealed class DedupIndex
{
    /// <summary>Bounded by the tables' 31 bits of place.</summary>
    public const int MaxCapacity = 1 << 28;

    /// <summary>16,384 entries of a chunk: 448 KiB, new memory for a millisecond.</summary>
    private const int ChunkBits = 14;

    /// <summary>1,024 tables: of 2 million ids each holds 2,000, which are entered anew in some ten microseconds.</summary>
    private const int TableCount = 1 << 10;

    private const long PlaceMask = int.MaxValue;

    private readonly int _capacity;
    private readonly DedupTable[] _tables = new DedupTable[TableCount];

    // A ring: chunk n of all that ever were lies at n modulo its length, which is more than there are at a time.
    private readonly Chunk?[] _chunks;

    // The chunk that was emptied last, which is the next to be filled.
    private Chunk? _spare;

    // Entries are numbered from 0 up.
    private long _oldest;
    private long _next;

    public DedupIndex(int capacity)
    {
        _capacity = capacity;
        _chunks = new Chunk?[BitOperations.RoundUpToPowerOf2(((uint)capacity >> ChunkBits) + 2)];
        for (var i = 0; i < TableCount; i++) _tables[i] = new DedupTable();
    }

    public int Count => (int)(_next - _oldest);

    /// <summary>The position of the oldest id that is remembered; <see cref="long.MaxValue"/> where there is none.</summary>
    public long OldestPosition => Count == 0 ? long.MaxValue : ChunkOf(_oldest).Positions[At(_oldest)];

    /// <summary>The position of the newest id that was forgotten; every id that stands behind it is remembered. -1 where none was.</summary>
    public long ForgottenPosition { get; private set; } = -1;

    /// <summary>False where the id is not remembered.</summary>
    public bool TryFind(in EventId id, out long position)
    {
        var table = TableOf(id);
        var tag = Tag(id);
        var at = table.Home(tag);
        while (table.Next(tag, ref at) is var slot and not 0)
        {
            var entry = EntryOf(slot);
            var chunk = ChunkOf(entry);
            if (chunk.Ids[At(entry)] != id) continue;
            position = chunk.Positions[At(entry)];
            return true;
        }
        position = -1;
        return false;
    }

    /// <summary>Enters an id that is not remembered; the oldest makes room where all places are taken.</summary>
    public void Add(in EventId id, long position, long seconds)
    {
        if (Count == _capacity) ForgetOldest();
        var chunk = At(_next) == 0 ? BeginChunk(_next) : ChunkOf(_next);
        chunk.Ids[At(_next)] = id;
        chunk.Positions[At(_next)] = position;
        chunk.Seconds[At(_next)] = (uint)seconds;
        TableOf(id).Add(SlotOf(_next, Tag(id)));
        _next++;
    }

    /// <summary>Forgets everything, as if nothing had been entered.</summary>
    public void Clear()
    {
        foreach (var table in _tables) table.Clear();
        Array.Clear(_chunks);
        (_oldest, _next, ForgottenPosition) = (0, 0, -1);
    }

    /// <summary>Forgets what was entered before that second.</summary>
    public void ForgetBefore(long seconds)
    {
        while (Count > 0 && ChunkOf(_oldest).Seconds[At(_oldest)] < seconds) ForgetOldest();
    }

    private static uint Tag(in EventId id) => (uint)id.Low;

    private static int At(long entry) => (int)(entry & ((1 << ChunkBits) - 1));

    // The place is one more than 31 bits of the entry's number, so that no slot is 0, which is a free one.
    private static ulong SlotOf(long entry, uint tag) => ((ulong)((entry & PlaceMask) + 1) << 32) | tag;

    private long EntryOf(ulong slot) => _oldest + (((long)(slot >> 32) - 1 - _oldest) & PlaceMask);

    // By other bits than the tag's.
    private DedupTable TableOf(in EventId id) => _tables[(int)(id.High & (TableCount - 1))];

    private int RingAt(long entry) => (int)((entry >> ChunkBits) & (_chunks.Length - 1));

    private Chunk ChunkOf(long entry) => _chunks[RingAt(entry)]!;

    private Chunk BeginChunk(long entry)
    {
        ref var chunk = ref _chunks[RingAt(entry)];
        if (chunk is not null) return chunk;
        chunk = _spare ?? new Chunk();
        _spare = null;
        return chunk;
    }

    private void ForgetOldest()
    {
        var chunk = ChunkOf(_oldest);
        var at = At(_oldest);
        ForgottenPosition = chunk.Positions[at];
        TableOf(chunk.Ids[at]).Remove(SlotOf(_oldest, Tag(chunk.Ids[at])));
        _oldest++;
        if (At(_oldest) != 0) return;
        _spare = chunk;
        _chunks[RingAt(_oldest - 1)] = null;
    }

    private sealed class Chunk
    {
        public EventId[] Ids { get; } = new EventId[1 << ChunkBits];

        public long[] Positions { get; } = new long[1 << ChunkBits];

        public uint[] Seconds { get; } = new uint[1 << ChunkBits];
    }
}
