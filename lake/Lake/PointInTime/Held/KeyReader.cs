// Hot path: once for each row of spines and histories.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Lake.PointInTime.Held;

/// <summary>Rows' keys as bytes: equal where the keys are, unequal where not. Used by one thread.</summary>
/// <param name="places">Places of the keys' columns, which are 64-bit numbers or text.</param>
internal sealed class KeyReader(IReadOnlyList<int> places)
{
    private readonly IArrowArray[] _columns = new IArrowArray[places.Count];
    private byte[] _key = new byte[64];

    /// <summary>The batch whose rows are read next.</summary>
    public void Bind(RecordBatch batch)
    {
        for (var i = 0; i < places.Count; i++) _columns[i] = batch.Column(places[i]);
    }

    /// <summary>The key of a row, valid until the next call; false where any part is null, which equals nothing.</summary>
    public bool TryRead(int row, out ReadOnlySpan<byte> key)
    {
        key = default;
        if (_columns.Length == 1) return TryPart(_columns[0], row, out key);
        var length = 0;
        foreach (var column in _columns)
        {
            if (!TryPart(column, row, out var part)) return false;
            if (length + sizeof(int) + part.Length > _key.Length) System.Array.Resize(ref _key, (length + sizeof(int) + part.Length) * 2);
            BinaryPrimitives.WriteInt32LittleEndian(_key.AsSpan(length), part.Length);
            part.CopyTo(_key.AsSpan(length + sizeof(int)));
            length += sizeof(int) + part.Length;
        }
        key = _key.AsSpan(0, length);
        return true;
    }

    private static bool TryPart(IArrowArray column, int row, out ReadOnlySpan<byte> part)
    {
        part = default;
        if (column.IsNull(row)) return false;
        part = column is Int64Array numbers ? MemoryMarshal.AsBytes(numbers.Values.Slice(row, 1)) : ((StringArray)column).GetBytes(row);
        return true;
    }
}
