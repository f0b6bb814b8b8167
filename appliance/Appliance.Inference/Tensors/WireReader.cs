// Hot path: walks protobuf fields in place.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Appliance.Inference.Tensors;

/// <summary>A forward-only reader of protobuf fields over a span. Malformed input gives false, never an exception. Groups are refused.</summary>
public ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Offset of the next byte to read.</summary>
    public readonly int Position => _at;

    public readonly bool AtEnd => _at == _bytes.Length;

    /// <summary>False at the end and on a malformed tag: <see cref="AtEnd"/> tells the two apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out int field, out int wire)
    {
        field = wire = 0;
        if (AtEnd) return false;
        var start = _at;
        if (!TryReadVarint(out var tag) || tag > uint.MaxValue || tag < 8)
        {
            _at = start;
            return false;
        }
        field = (int)(tag >> 3);
        wire = (int)(tag & 7);
        return true;
    }

    /// <summary>
    /// Reads the value behind a tag: for a length-delimited field its bytes, else its number as raw bits.
    /// <see cref="Position"/> then stands behind the field.
    /// </summary>
    public bool TryReadField(int wire, out ReadOnlySpan<byte> payload, out ulong value)
    {
        payload = default;
        value = 0;
        switch (wire)
        {
            case 0:
                return TryReadVarint(out value);
            case 1:
                if (_bytes.Length - _at < 8) return false;
                value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
                _at += 8;
                return true;
            case 2:
                if (!TryReadVarint(out var length) || length > (ulong)(_bytes.Length - _at)) return false;
                payload = _bytes.Slice(_at, (int)length);
                _at += (int)length;
                return true;
            case 5:
                if (_bytes.Length - _at < 4) return false;
                value = BinaryPrimitives.ReadUInt32LittleEndian(_bytes[_at..]);
                _at += 4;
                return true;
            default:
                return false;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value)
    {
        if ((uint)_at < (uint)_bytes.Length && _bytes[_at] < 0x80)
        {
            value = _bytes[_at++];
            return true;
        }
        return TryReadLongVarint(out value);
    }

    private bool TryReadLongVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 70 && _at < _bytes.Length; shift += 7)
        {
            var b = _bytes[_at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return shift < 63 || b <= 1;
        }
        return false;
    }
}
