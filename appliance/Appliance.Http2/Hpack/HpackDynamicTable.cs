// Hot path: all that a client repeats in each of its requests is found here.
using System.Numerics;

namespace Appliance.Http2.Hpack;

/// <summary>The fields that a peer has added to a connection's table: RFC 7541, 2.3.2 and 4. Not thread-safe.</summary>
/// <remarks>
/// All entries' bytes lie in one ring, each entry in one piece, the newest behind the one before it, or at the ring's start where the
/// rest of the ring is too short. The ring is twice the table's size, so a new entry never reaches the oldest one that stays:
/// at most one table's size is in use, and less than one entry's is lost at the ring's end.
/// </remarks>
internal sealed class HpackDynamicTable
{
    /// <summary>What an entry counts beyond its bytes: RFC 7541, 4.1.</summary>
    public const int EntryOverhead = 32;

    private readonly byte[] _bytes;
    private readonly Entry[] _entries;
    private readonly int _mask;
    private int _newest;
    private int _next;

    /// <param name="capacity">The largest size that the table may ever be given, in bytes.</param>
    public HpackDynamicTable(int capacity)
    {
        _bytes = new byte[capacity * 2];
        _entries = new Entry[BitOperations.RoundUpToPowerOf2((uint)(capacity / EntryOverhead) + 1)];
        _mask = _entries.Length - 1;
        Capacity = capacity;
        MaxSize = capacity;
    }

    public int Capacity { get; }

    /// <summary>The size that the entries may have together.</summary>
    public int MaxSize { get; private set; }

    /// <summary>The size of all entries: bytes of names and values, and <see cref="EntryOverhead"/> each.</summary>
    public int Size { get; private set; }

    public int Count { get; private set; }

    /// <summary>How often it was changed: a block that has decoded to something decodes to the same as long as this is the same.</summary>
    public int Changes { get; private set; }

    /// <param name="index">0 is the newest entry; less than <see cref="Count"/>.</param>
    public HpackField Get(int index)
    {
        ref readonly var entry = ref _entries[(_newest - index) & _mask];
        return new(
            entry.Known,
            _bytes.AsSpan(entry.Offset, entry.NameLength),
            _bytes.AsSpan(entry.Offset + entry.NameLength, entry.ValueLength));
    }

    /// <summary>Adds an entry and evicts the oldest ones that no longer fit; one that is larger than the table only empties it.</summary>
    /// <param name="known">What <paramref name="name"/> is to the server.</param>
    /// <param name="name">May be the name of an entry of this table, even of one that is evicted now.</param>
    /// <param name="value">Not bytes of this table.</param>
    public void Add(KnownHeader known, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Changes++;
        var length = name.Length + value.Length;
        EvictTo(MaxSize - length - EntryOverhead);
        if (length + EntryOverhead > MaxSize) return;

        var offset = _next + length <= _bytes.Length ? _next : 0;

        // The name goes first: its copy may overlap its source, and the value may then overwrite the source.
        name.CopyTo(_bytes.AsSpan(offset));
        value.CopyTo(_bytes.AsSpan(offset + name.Length));
        _next = offset + length;
        _newest = (_newest + 1) & _mask;
        _entries[_newest] = new(offset, name.Length, value.Length, known);
        Size += length + EntryOverhead;
        Count++;
    }

    /// <param name="maxSize">At most <see cref="Capacity"/>.</param>
    public void Resize(int maxSize)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxSize, Capacity);
        Changes++;
        MaxSize = maxSize;
        EvictTo(maxSize);
    }

    private void EvictTo(int size)
    {
        while (Count > 0 && Size > size)
        {
            ref readonly var oldest = ref _entries[(_newest - Count + 1) & _mask];
            Size -= oldest.NameLength + oldest.ValueLength + EntryOverhead;
            Count--;
        }
    }

    private readonly record struct Entry(int Offset, int NameLength, int ValueLength, KnownHeader Known);
}
