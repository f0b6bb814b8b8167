// Hot path: the typed form of a tensor (InferTensorContents), read where it lies in the request.
using System.Buffers.Binary;

namespace Appliance.Inference.Tensors;

/// <summary>
/// Reads a protobuf <c>InferTensorContents</c> message without decoding it into objects: counts its elements, and copies them as
/// little-endian values. Both the packed and the one-by-one wire forms are taken. Values outside the datatype's range are refused.
/// </summary>
public static class TypedContents
{
    private const int Varint = 0, Fixed64 = 1, LengthDelimited = 2, Fixed32 = 5;

    /// <summary>The field of InferTensorContents that carries this datatype; 0 for FP16 and BF16, which travel raw alone.</summary>
    public static int FieldOf(Datatype datatype) => datatype switch
    {
        Datatype.Bool => 1,
        Datatype.Int8 or Datatype.Int16 or Datatype.Int32 => 2,
        Datatype.Int64 => 3,
        Datatype.UInt8 or Datatype.UInt16 or Datatype.UInt32 => 4,
        Datatype.UInt64 => 5,
        Datatype.FP32 => 6,
        Datatype.FP64 => 7,
        Datatype.Bytes => 8,
        _ => 0,
    };

    /// <summary>Counts the elements of <paramref name="datatype"/>; false when the message is malformed or carries another field's elements.</summary>
    public static bool TryCount(ReadOnlySpan<byte> message, Datatype datatype, out long count)
    {
        count = 0;
        var wanted = FieldOf(datatype);
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out var value)) return false;
            if (field is < 1 or > 8) continue;
            if (field != wanted) return false;
            switch (Expected(datatype), wire)
            {
                case (LengthDelimited, LengthDelimited) or (Fixed32, Fixed32) or (Fixed64, Fixed64): count++; break;
                case (Varint, Varint) when InRange(value, datatype): count++; break;
                case (Fixed32, LengthDelimited) when payload.Length % 4 == 0: count += payload.Length / 4; break;
                case (Fixed64, LengthDelimited) when payload.Length % 8 == 0: count += payload.Length / 8; break;
                case (Varint, LengthDelimited) when TryCountPacked(payload, datatype, ref count): break;
                default: return false;
            }
        }
        return reader.AtEnd;
    }

    /// <summary>
    /// Copies the elements as little-endian values, in order; for BYTES in the raw form (4-byte length and bytes each).
    /// False when the message is malformed or the destination is not exactly filled, which counting it first rules out.
    /// </summary>
    public static bool TryCopy(ReadOnlySpan<byte> message, Datatype datatype, Span<byte> destination)
    {
        var reader = new WireReader(message);
        var at = 0;
        while (reader.TryReadTag(out var field, out var wire))
        {
            if (!reader.TryReadField(wire, out var payload, out var value)) return false;
            if (field is < 1 or > 8) continue;
            var ok = Expected(datatype) switch
            {
                LengthDelimited => TryCopyString(payload, destination, ref at),
                Varint when wire == Varint => TryStore(value, datatype, destination, ref at),
                Varint => TryCopyPackedVarints(payload, datatype, destination, ref at),
                _ when wire == LengthDelimited => TryCopyFixed(payload, destination, ref at),
                _ => TryStoreFixed(value, datatype.Size(), destination, ref at),
            };
            if (!ok) return false;
        }
        return reader.AtEnd && at == destination.Length;
    }

    /// <summary>Bytes that BYTES elements take in the raw form.</summary>
    public static long RawStringBytes(ReadOnlySpan<byte> message)
    {
        var total = 0L;
        var reader = new WireReader(message);
        while (reader.TryReadTag(out var field, out var wire) && reader.TryReadField(wire, out var payload, out _))
        {
            if (field == 8) total += 4 + payload.Length;
        }
        return total;
    }

    private static int Expected(Datatype datatype) => datatype switch
    {
        Datatype.FP32 => Fixed32,
        Datatype.FP64 => Fixed64,
        Datatype.Bytes => LengthDelimited,
        _ => Varint,
    };

    private static bool TryCountPacked(ReadOnlySpan<byte> payload, Datatype datatype, ref long count)
    {
        var reader = new WireReader(payload);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadVarint(out var value) || !InRange(value, datatype)) return false;
            count++;
        }
        return true;
    }

    // 32-bit fields keep the low 32 bits, as every protobuf decoder does; the narrower types ride in those fields and must fit.
    private static bool InRange(ulong value, Datatype datatype) => datatype switch
    {
        Datatype.Int8 => (int)value is >= sbyte.MinValue and <= sbyte.MaxValue,
        Datatype.Int16 => (int)value is >= short.MinValue and <= short.MaxValue,
        Datatype.UInt8 => (uint)value <= byte.MaxValue,
        Datatype.UInt16 => (uint)value <= ushort.MaxValue,
        _ => true,
    };

    private static bool TryCopyPackedVarints(ReadOnlySpan<byte> payload, Datatype datatype, Span<byte> destination, ref int at)
    {
        var reader = new WireReader(payload);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadVarint(out var value) || !TryStore(value, datatype, destination, ref at)) return false;
        }
        return true;
    }

    private static bool TryStore(ulong value, Datatype datatype, Span<byte> destination, ref int at)
    {
        var size = datatype.Size();
        if (destination.Length - at < size) return false;
        var target = destination.Slice(at, size);
        at += size;
        switch (size)
        {
            case 1: target[0] = datatype == Datatype.Bool ? (byte)(value != 0 ? 1 : 0) : (byte)value; break;
            case 2: BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value); break;
            case 4: BinaryPrimitives.WriteUInt32LittleEndian(target, (uint)value); break;
            default: BinaryPrimitives.WriteUInt64LittleEndian(target, value); break;
        }
        return true;
    }

    private static bool TryStoreFixed(ulong value, int size, Span<byte> destination, ref int at)
    {
        if (destination.Length - at < size) return false;
        if (size == 4) BinaryPrimitives.WriteUInt32LittleEndian(destination[at..], (uint)value);
        else BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], value);
        at += size;
        return true;
    }

    private static bool TryCopyFixed(ReadOnlySpan<byte> payload, Span<byte> destination, ref int at)
    {
        if (!payload.TryCopyTo(destination[at..])) return false;
        at += payload.Length;
        return true;
    }

    private static bool TryCopyString(ReadOnlySpan<byte> payload, Span<byte> destination, ref int at)
    {
        if (destination.Length - at < 4 + payload.Length) return false;
        BinaryPrimitives.WriteInt32LittleEndian(destination[at..], payload.Length);
        payload.CopyTo(destination[(at + 4)..]);
        at += 4 + payload.Length;
        return true;
    }
}
