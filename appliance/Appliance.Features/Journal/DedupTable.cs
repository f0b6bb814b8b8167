// Hot path: every event is looked up and entered here.
namespace Appliance.Features.Journal;

/// <summary>
/// A part of the ids that <see cref="DedupIndex"/> finds: slots of 8 bytes, the place of the id's entry in the upper half and 32 bits of the id in the
/// lower, by linear probing. Grows by doubling. Owned by one thread at a time.
/// </summary>
internal sealed class DedupTable
{
    private const int FirstSlots = 16;

    private ulong[] _slots = new ulong[FirstSlots];
    private int _used;

    /// <summary>The next slot with that tag from a slot on, which moves behind it; 0 where there is none. Begin at <see cref="Home"/>.</summary>
    public ulong Next(uint tag, ref int at)
    {
        var slots = _slots;
        while (true)
        {
            var slot = slots[at];
            if (slot == 0) return 0;
            at = Step(at);
            if ((uint)slot == tag) return slot;
        }
    }

    // Of the tag's upper bits, so that the slots are used evenly whatever their number.
    public int Home(uint tag) => (int)(((ulong)tag * (ulong)_slots.Length) >> 32);

    public void Add(ulong slot)
    {
        // Three quarters: a search that finds nothing then looks at eight slots, which lie side by side.
        if (_used >= _slots.Length / 4 * 3) Grow();
        Enter(slot);
        _used++;
    }

    /// <summary>Removes a slot that is there.</summary>
    public void Remove(ulong slot)
    {
        var at = Home((uint)slot);
        while (_slots[at] != slot) at = Step(at);
        // Slots behind the freed one move up to it unless that would bring them before their home.
        for (var next = Step(at); _slots[next] != 0; next = Step(next))
        {
            if (Distance(Home((uint)_slots[next]), next) < Distance(at, next)) continue;
            _slots[at] = _slots[next];
            at = next;
        }
        _slots[at] = 0;
        _used--;
    }

    public void Clear()
    {
        Array.Clear(_slots);
        _used = 0;
    }

    private int Step(int at) => (at + 1) & (_slots.Length - 1);

    private int Distance(int from, int to) => (to - from) & (_slots.Length - 1);

    private void Enter(ulong slot)
    {
        var at = Home((uint)slot);
        while (_slots[at] != 0) at = Step(at);
        _slots[at] = slot;
    }

    private void Grow()
    {
        var before = _slots;
        _slots = new ulong[before.Length * 2];
        foreach (var slot in before)
        {
            if (slot != 0) Enter(slot);
        }
    }
}
