// Hot path: every row that is looked up by key passes here.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Arrays;
using Lake.Types;

namespace Lake.Keys;

/// <summary>Values of a row's key fields as bytes that are equal where all values are, null equal to null. Used by one thread; a key is good until the next one.</summary>
internal sealed class KeyEncoder
{
    private readonly int[][] _paths;
    private readonly IArrowArray[][] _arrays;
    private byte[] _buffer = new byte[64];
    private int _length;

    /// <param name="columns">The columns of the batches to come; they have all fields.</param>
    /// <param name="ids">Field ids of the key, in the order of its bytes.</param>
    public KeyEncoder(IReadOnlyList<NestedField> columns, IReadOnlyList<int> ids)
    {
        _paths = [.. ids.Select(id => FieldPath.To(columns, id) ?? throw new ArgumentException($"field {id} is not among the columns", nameof(columns)))];
        _arrays = [.. _paths.Select(p => new IArrowArray[p.Length])];
    }

    /// <summary>Takes the batch whose rows are asked for next.</summary>
    public void Bind(RecordBatch batch)
    {
        for (var f = 0; f < _paths.Length; f++)
        {
            IArrowArray array = batch.Column(_paths[f][0]);
            for (var step = 0; ; step++)
            {
                _arrays[f][step] = array;
                if (step + 1 == _paths[f].Length) break;
                array = ((StructArray)array).Fields[_paths[f][step + 1]];
            }
        }
    }

    /// <summary>The key of a row.</summary>
    /// <param name="row">Its place in the batch.</param>
    /// <param name="nullField">The place of a key field that is null; -1 for none.</param>
    public ReadOnlySpan<byte> Key(int row, out int nullField)
    {
        (_length, nullField) = (0, -1);
        for (var f = 0; f < _arrays.Length; f++)
        {
            if (IsNull(_arrays[f], row))
            {
                nullField = f;
                Append(1)[0] = 0;
                continue;
            }
            Append(1)[0] = 1;
            Write(_arrays[f][^1], row);
        }
        return _buffer.AsSpan(0, _length);
    }

    private static bool IsNull(IArrowArray[] arrays, int row)
    {
        foreach (var array in arrays)
        {
            if (array.IsNull(row)) return true;
        }
        return false;
    }

    private void Write(IArrowArray array, int row)
    {
        switch (array)
        {
            case Int64Array a: Fixed(a.Values[row]); break;
            case Int32Array a: Fixed(a.Values[row]); break;
            case Date32Array a: Fixed(a.Values[row]); break;
            case TimestampArray a: Fixed(a.Values[row]); break;
            case Time64Array a: Fixed(a.Values[row]); break;
            // Zeros of both signs are one, and so is every NaN, as values are compared elsewhere.
            case FloatArray a: Fixed(float.IsNaN(a.Values[row]) ? float.NaN : a.Values[row] + 0f); break;
            case DoubleArray a: Fixed(double.IsNaN(a.Values[row]) ? double.NaN : a.Values[row] + 0d); break;
            case BooleanArray a: Append(1)[0] = (byte)(a.GetValue(row) == true ? 1 : 0); break;
            case StringArray a: Bytes(a.GetBytes(row)); break;
            case BinaryArray a: Bytes(a.GetBytes(row)); break;
            // Decimals too: one column has one scale, and their 16 bytes are the same whatever the precision.
            case FixedSizeBinaryArray a: a.GetBytes(row).CopyTo(Append(a.GetBytes(row).Length)); break;
            default: throw new ArgumentException($"array is a {array.GetType().Name}; keys have no such values", nameof(array));
        }
    }

    private void Fixed<T>(T value)
        where T : unmanaged => MemoryMarshal.Write(Append(Marshal.SizeOf<T>()), in value);

    // With its length before it: ("a", "bc") is another key than ("ab", "c").
    private void Bytes(ReadOnlySpan<byte> bytes)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Append(4), bytes.Length);
        bytes.CopyTo(Append(bytes.Length));
    }

    private Span<byte> Append(int count)
    {
        if (_length + count > _buffer.Length) System.Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _length + count));
        _length += count;
        return _buffer.AsSpan(_length - count, count);
    }
}
