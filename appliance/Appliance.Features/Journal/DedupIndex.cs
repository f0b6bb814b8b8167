// Hot path: every event is looked up and entered here.
using System.Numerics;
using FeatureModel.Events;

namespace Appliance.Features.Journal;

/// <summary>
/// The newest event ids with the positions of their records, exactly: an id is found if and only if it was entered and not yet forgotten.
/// Entries lie in a ring in order of arrival (28 bytes each); a table of twice as many slots (8 bytes each: the entry's number and 32 bits
/// of its id) finds them by linear probing. Memory grows with use, by doubling. Owned by one thread at a time.
/// </summary>
internal sealed class DedupIndex
{
    /// <summary>Bounded by the table's 32 bits of place.</summary>
    public const int MaxCapacity = 1 << 28;

    private const int FirstRing = 1024;

    private readonly int _capacity;
    private EventId[] _ids;
    private long[] _positions;
    private uint[] _seconds;
    private ulong[] _table;

    // Entries are numbered from 0 up; entry n lies at n & (ring - 1).
    private long _oldest;
    private long _next;

    public DedupIndex(int capacity) : this(capacity, (int)BitOperations.RoundUpToPowerOf2((uint)Math.Min(capacity, FirstRing)))
    {
    }

    private DedupIndex(int capacity, int ring)
    {
        _capacity = capacity;
        _ids = new EventId[ring];
        _positions = new long[ring];
        _seconds = new uint[ring];
        _table = new ulong[ring * 2];
    }

    public int Count => (int)(_next - _oldest);

    /// <summary>The position of the oldest id that is remembered; <see cref="long.MaxValue"/> where there is none.</summary>
    public long OldestPosition => Count == 0 ? long.MaxValue : _positions[Slot(_oldest)];

    /// <summary>The position of the newest id that was forgotten; every id that stands behind it is remembered. -1 where none was.</summary>
    public long ForgottenPosition { get; private set; } = -1;

    /// <summary>False where the id is not remembered.</summary>
    public bool TryFind(in EventId id, out long position)
    {
        var tag = Tag(id);
        for (var at = Home(tag); _table[at] != 0; at = Step(at))
        {
            if ((uint)_table[at] != tag) continue;
            var slot = EntryAt(at);
            if (_ids[slot] != id) continue;
            position = _positions[slot];
            return true;
        }
        position = -1;
        return false;
    }

    /// <summary>Enters an id that is not remembered; the oldest makes room where all places are taken.</summary>
    public void Add(in EventId id, long position, long seconds)
    {
        if (Count == _capacity) ForgetOldest();
        if (Count == _ids.Length) Grow();
        var slot = Slot(_next++);
        _ids[slot] = id;
        _positions[slot] = position;
        _seconds[slot] = (uint)seconds;
        Enter(slot);
    }

    /// <summary>Forgets everything, as if nothing had been entered.</summary>
    public void Clear()
    {
        Array.Clear(_table);
        (_oldest, _next, ForgottenPosition) = (0, 0, -1);
    }

    /// <summary>Forgets what was entered before that second.</summary>
    public void ForgetBefore(long seconds)
    {
        while (Count > 0 && _seconds[Slot(_oldest)] < seconds) ForgetOldest();
    }

    private static uint Tag(in EventId id) => (uint)id.Low;

    private int Slot(long entry) => (int)(entry & (_ids.Length - 1));

    // Of the tag's upper bits, so that the table is used evenly whatever its size.
    private int Home(uint tag) => (int)(((ulong)tag * (ulong)_table.Length) >> 32);

    private int Step(int at) => at + 1 == _table.Length ? 0 : at + 1;

    // A used slot holds the place in the ring plus one in its upper half, so that 0 is free.
    private int EntryAt(int at) => (int)(_table[at] >> 32) - 1;

    private void Enter(int slot)
    {
        var tag = Tag(_ids[slot]);
        var at = Home(tag);
        while (_table[at] != 0) at = Step(at);
        _table[at] = ((ulong)(slot + 1) << 32) | tag;
    }

    private void ForgetOldest()
    {
        var slot = Slot(_oldest++);
        ForgottenPosition = _positions[slot];
        var at = Home(Tag(_ids[slot]));
        while (EntryAt(at) != slot) at = Step(at);
        // Entries behind the freed slot move up to it unless that would bring them before their home.
        for (var next = Step(at); _table[next] != 0; next = Step(next))
        {
            var home = Home((uint)_table[next]);
            if (Distance(home, next) < Distance(at, next)) continue;
            _table[at] = _table[next];
            at = next;
        }
        _table[at] = 0;
    }

    private int Distance(int from, int to) => to >= from ? to - from : to - from + _table.Length;

    private void Grow()
    {
        var larger = new DedupIndex(_capacity, _ids.Length * 2);
        for (var entry = _oldest; entry < _next; entry++) larger.Add(_ids[Slot(entry)], _positions[Slot(entry)], _seconds[Slot(entry)]);
        (_ids, _positions, _seconds, _table) = (larger._ids, larger._positions, larger._seconds, larger._table);
        (_oldest, _next) = (0, larger._next);
    }
}
