// Hot path: every row that is written in an order passes here.
using System.Buffers.Binary;

namespace Lake.Write;

/// <summary>Keys of rows, in the order of the rows, and the order that they put the rows in. Used by one thread.</summary>
internal sealed class SortKeys
{
    private byte[] _bytes = new byte[1024];
    private int[] _starts = new int[64];

    public int Count { get; private set; }

    /// <summary>Bytes of all keys.</summary>
    public int Length { get; private set; }

    /// <summary>Bytes of memory that sorting takes: the keys, and a place and eight bytes of its key for each row.</summary>
    public long Memory => Length + (20L * Count);

    /// <summary>Whether the rows are in their order already.</summary>
    public bool IsSorted { get; private set; } = true;

    /// <summary>Begins the key of the next row.</summary>
    public void Begin()
    {
        CheckOrder();
        if (Count == _starts.Length) Array.Resize(ref _starts, Count * 2);
        _starts[Count++] = Length;
    }

    /// <summary>More bytes of the key.</summary>
    public Span<byte> Add(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(checked(_bytes.Length * 2), checked(Length + count)));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    /// <summary>The bytes from a place on.</summary>
    public Span<byte> From(int start) => _bytes.AsSpan(start, Length - start);

    /// <summary>Places of the rows, lowest key first; rows of equal keys stay as they stood.</summary>
    public int[] Order()
    {
        CheckOrder();
        var items = new (ulong Prefix, int Row)[Count];
        for (var row = 0; row < Count; row++) items[row] = (Prefix(Key(row)), row);
        if (!IsSorted) items.AsSpan().Sort(Compare);
        var order = new int[Count];
        for (var i = 0; i < order.Length; i++) order[i] = items[i].Row;
        return order;
    }

    // Most rows are told apart by eight bytes that lie side by side.
    private int Compare((ulong Prefix, int Row) left, (ulong Prefix, int Row) right)
    {
        if (left.Prefix != right.Prefix) return left.Prefix < right.Prefix ? -1 : 1;
        var order = Key(left.Row).SequenceCompareTo(Key(right.Row));
        return order != 0 ? order : left.Row.CompareTo(right.Row);
    }

    private void CheckOrder()
    {
        if (IsSorted && Count > 1 && Key(Count - 2).SequenceCompareTo(Key(Count - 1)) > 0) IsSorted = false;
    }

    /// <summary>The key of a row.</summary>
    public ReadOnlySpan<byte> Key(int row) => _bytes.AsSpan(_starts[row], (row + 1 < Count ? _starts[row + 1] : Length) - _starts[row]);

    private static ulong Prefix(ReadOnlySpan<byte> key)
    {
        if (key.Length >= 8) return BinaryPrimitives.ReadUInt64BigEndian(key);
        Span<byte> padded = stackalloc byte[8];
        padded.Clear();
        key.CopyTo(padded);
        return BinaryPrimitives.ReadUInt64BigEndian(padded);
    }
}
