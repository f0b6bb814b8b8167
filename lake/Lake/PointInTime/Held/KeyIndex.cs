// Hot path: asked once for each row of a history.
using System.Numerics;
using FeatureModel.Windows;

namespace Lake.PointInTime.Held;

/// <summary>Numbers keys in the order in which they come: all are 64-bit numbers, or all bytes. Open addressing, at most half full. Used by one thread.</summary>
internal sealed class KeyIndex
{
    // A key's number and 1; 0 where there is none.
    private int[] _slots = new int[1024];
    private ulong[] _hashes = new ulong[512];

    // Where each key ends in _bytes; the first begins at 0.
    private int[] _ends = new int[512];
    private byte[] _bytes = new byte[4096];

    public int Count { get; private set; }

    /// <summary>Bytes of memory.</summary>
    public long Bytes => _bytes.Length + (4L * _slots.Length) + (12L * _ends.Length);

    /// <summary>The key's number; it is kept where it is new.</summary>
    public int Add(ReadOnlySpan<byte> key)
    {
        var hash = DistinctHash.OfText(key);
        return Add(key, hash, Slot(key, hash));
    }

    /// <inheritdoc cref="Add(ReadOnlySpan{byte})"/>
    public int Add(long key)
    {
        var hash = DistinctHash.OfInteger(key);
        return Add([], hash, Slot(hash));
    }

    /// <summary>The key's number; -1 where it was never added.</summary>
    public int Find(ReadOnlySpan<byte> key) => _slots[Slot(key, DistinctHash.OfText(key))] - 1;

    /// <inheritdoc cref="Find(ReadOnlySpan{byte})"/>
    public int Find(long key) => _slots[Slot(DistinctHash.OfInteger(key))] - 1;

    private int Add(ReadOnlySpan<byte> key, ulong hash, int slot)
    {
        if (_slots[slot] != 0) return _slots[slot] - 1;
        Keep(key, hash);
        _slots[slot] = Count;
        if (Count * 2 > _slots.Length) Grow();
        return Count - 1;
    }

    // Of the key, or the free one where it belongs.
    private int Slot(ReadOnlySpan<byte> key, ulong hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var number = _slots[slot] - 1;
            if (number < 0 || (_hashes[number] == hash && key.SequenceEqual(Key(number)))) return slot;
        }
    }

    // Each step of a 64-bit number's hash can be undone: where hashes are equal the numbers are, too.
    private int Slot(ulong hash)
    {
        var mask = _slots.Length - 1;
        for (var slot = (int)hash & mask; ; slot = (slot + 1) & mask)
        {
            var number = _slots[slot] - 1;
            if (number < 0 || _hashes[number] == hash) return slot;
        }
    }

    private ReadOnlySpan<byte> Key(int number)
    {
        var start = number == 0 ? 0 : _ends[number - 1];
        return _bytes.AsSpan(start, _ends[number] - start);
    }

    private void Keep(ReadOnlySpan<byte> key, ulong hash)
    {
        var start = Count == 0 ? 0 : _ends[Count - 1];
        if (Count == _ends.Length)
        {
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _hashes, Count * 2);
        }
        if (start + key.Length > _bytes.Length) Array.Resize(ref _bytes, (int)BitOperations.RoundUpToPowerOf2((uint)(start + key.Length)));
        key.CopyTo(_bytes.AsSpan(start));
        (_ends[Count], _hashes[Count]) = (start + key.Length, hash);
        Count++;
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        var mask = _slots.Length - 1;
        for (var number = 0; number < Count; number++)
        {
            var slot = (int)_hashes[number] & mask;
            while (_slots[slot] != 0) slot = (slot + 1) & mask;
            _slots[slot] = number + 1;
        }
    }
}
