// Hot path: once for each row of spines and histories.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Lake.PointInTime.Held;

/// <summary>Numbers of rows' keys: equal where the keys are, unequal where not. A key is one number, or else bytes. Used by one thread.</summary>
/// <param name="places">Places of the keys' columns, which are 64-bit numbers or text.</param>
internal sealed class KeyReader(IReadOnlyList<int> places)
{
    private readonly IArrowArray[] _columns = new IArrowArray[places.Count];
    private byte[] _key = new byte[64];
    private int[] _numbers = [];

    /// <summary>The number of each row's key, which is kept where it is new; -1 where any part is null, which equals nothing. Valid until the next call.</summary>
    public ReadOnlySpan<int> Add(RecordBatch batch, KeyIndex index)
    {
        var numbers = Bind(batch);
        if (_columns is [Int64Array column])
        {
            var values = column.Values;
            var hasNulls = column.NullCount > 0;
            for (var row = 0; row < numbers.Length; row++) numbers[row] = hasNulls && column.IsNull(row) ? -1 : index.Add(values[row]);
            return numbers;
        }
        for (var row = 0; row < numbers.Length; row++) numbers[row] = TryRead(row, out var key) ? index.Add(key) : -1;
        return numbers;
    }

    /// <summary>The number of each row's key; -1 where any part is null, or the key was never added. Valid until the next call.</summary>
    public ReadOnlySpan<int> Find(RecordBatch batch, KeyIndex index)
    {
        var numbers = Bind(batch);
        if (_columns is [Int64Array column])
        {
            var values = column.Values;
            var hasNulls = column.NullCount > 0;
            for (var row = 0; row < numbers.Length; row++) numbers[row] = hasNulls && column.IsNull(row) ? -1 : index.Find(values[row]);
            return numbers;
        }
        for (var row = 0; row < numbers.Length; row++) numbers[row] = TryRead(row, out var key) ? index.Find(key) : -1;
        return numbers;
    }

    private Span<int> Bind(RecordBatch batch)
    {
        for (var i = 0; i < places.Count; i++) _columns[i] = batch.Column(places[i]);
        if (_numbers.Length < batch.Length) _numbers = new int[batch.Length];
        return _numbers.AsSpan(0, batch.Length);
    }

    // The key is valid until the next call.
    private bool TryRead(int row, out ReadOnlySpan<byte> key)
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
