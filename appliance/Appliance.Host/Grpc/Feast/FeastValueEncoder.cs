// Hot path: once per value of an answer.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using FeatureModel.Values;

namespace Appliance.Host.Grpc.Feast;

/// <summary>Writes a <see cref="FeatureValue"/> as <c>feast.types.Value</c>: the tag and length of the field that holds it, and the message.</summary>
internal static class FeastValueEncoder
{
    private const long MicrosPerSecond = 1_000_000;

    /// <summary>Bytes that a value of fixed length takes at most.</summary>
    public const int MaxFixedBytes = 16;

    /// <summary>An empty message as field 1: how Feast says that there is no value.</summary>
    public static ReadOnlySpan<byte> NoValue => [0x0a, 0];

    /// <summary>Bytes that <see cref="Write"/> takes at most.</summary>
    public static int MaxBytes(FeatureValue value) => value.Type switch
    {
        _ when value.IsNull || value.Type.FixedBytes() > 0 => MaxFixedBytes,
        FeatureDataType.String or FeatureDataType.Json => checked(Encoding.UTF8.GetMaxByteCount(value.AsString.Length) + MaxFixedBytes),
        FeatureDataType.Bytes => checked(value.AsBytes.Length + MaxFixedBytes),
        FeatureDataType.StringList => checked(((string[])value.AsList).Sum(s => Encoding.UTF8.GetMaxByteCount(s.Length) + 6) + MaxFixedBytes),
        FeatureDataType.BytesList => checked(((byte[][])value.AsList).Sum(b => b.Length + 6) + MaxFixedBytes),
        _ => checked(value.AsList.Length * 10 + MaxFixedBytes),
    };

    /// <summary>Writes the value as element of field 1.</summary>
    /// <returns>Bytes written.</returns>
    public static int Write(Span<byte> to, FeatureValue value)
    {
        if (value.IsNull)
        {
            NoValue.CopyTo(to);
            return NoValue.Length;
        }
        return value.Type.FixedBytes() > 0 ? WriteFixed(to, value) : WriteVarying(to, value);
    }

    // Field 1 of five bytes, in it field 6 of four.
    private const ulong FloatHead = 0x35_05_0a;

    /// <summary>Bytes of a float as element of field 1.</summary>
    public const int FloatBytes = 7;

    /// <summary>A float as element of field 1. Takes room for one byte more, so that it is one store: the byte is the next element's.</summary>
    public static int WriteFloat(Span<byte> to, uint bits)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, ((ulong)bits << 24) | FloatHead);
        return FloatBytes;
    }

    /// <summary>
    /// Floats that lie a number of bytes apart, as elements of field 1. Takes room for one byte more than they have. One store and no check a value (perf/features.sh, online:
    /// an answer of 100 entities has 5,000 of them).
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int WriteFloats(Span<byte> to, ReadOnlySpan<byte> from, int stride, int count)
    {
        if (count == 0) return 0;
        var bytes = checked(count * FloatBytes);
        _ = to[bytes];
        _ = from.Slice(checked((count - 1) * stride), sizeof(float));
        ref var source = ref MemoryMarshal.GetReference(from);
        ref var target = ref MemoryMarshal.GetReference(to);
        for (var i = 0; i < count; i++)
        {
            var bits = Unsafe.ReadUnaligned<uint>(ref source);
            Unsafe.WriteUnaligned(ref target, ((ulong)bits << 24) | FloatHead);
            source = ref Unsafe.AddByteOffset(ref source, (nint)stride);
            target = ref Unsafe.AddByteOffset(ref target, (nint)FloatBytes);
        }
        return bytes;
    }

    /// <summary>A double as element of field 1: 11 bytes.</summary>
    public static int WriteDouble(Span<byte> to, ulong bits)
    {
        to[0] = 0x0a;
        to[1] = 9;
        to[2] = 0x29;
        BinaryPrimitives.WriteUInt64LittleEndian(to[3..], bits);
        return 11;
    }

    /// <summary>A number by varint as element of field 1.</summary>
    public static int WriteVarint(Span<byte> to, int field, ulong number)
    {
        to[0] = 0x0a;
        to[2] = (byte)(field << 3);
        var length = 1 + Wire.WriteVarint(to[3..], number);
        to[1] = (byte)length;
        return 2 + length;
    }

    private static int WriteFixed(Span<byte> to, FeatureValue value) => value.Type switch
    {
        FeatureDataType.Float => WriteFloat(to, BitConverter.SingleToUInt32Bits(value.AsFloat)),
        FeatureDataType.Double => WriteDouble(to, BitConverter.DoubleToUInt64Bits(value.AsDouble)),
        FeatureDataType.UnixTimestamp => WriteVarint(to, 8, (ulong)Seconds(value.AsInt64)),
        _ => WriteVarint(to, (int)value.Type, (ulong)value.AsInt64),
    };

    private static int WriteVarying(Span<byte> to, FeatureValue value)
    {
        // The lengths stand in front of what they count: room is left for the longest, and what follows moves up.
        const int Room = 1 + 5 + 2 + 5;
        var inner = value.Type switch
        {
            FeatureDataType.String or FeatureDataType.Json => Encoding.UTF8.GetBytes(value.AsString, to[Room..]),
            FeatureDataType.Bytes => Copy(value.AsBytes, to[Room..]),
            _ => WriteList(to[Room..], value),
        };
        Span<byte> head = stackalloc byte[Room];
        var field = (uint)value.Type << 3 | 2;
        var tag = Wire.VarintSize(field);
        var message = tag + Wire.VarintSize((uint)inner) + inner;
        var at = Wire.WriteTagAndLength(head, 1, message);
        at += Wire.WriteVarint(head[at..], field);
        at += Wire.WriteVarint(head[at..], (uint)inner);
        to.Slice(Room, inner).CopyTo(to[at..]);
        head[..at].CopyTo(to);
        return at + inner;
    }

    private static int WriteList(Span<byte> to, FeatureValue value)
    {
        switch (value.AsList)
        {
            case string[] texts: return WriteEach(to, texts, static (text, into) => Encoding.UTF8.GetBytes(text, into), static text => Encoding.UTF8.GetByteCount(text));
            case byte[][] blobs: return WriteEach(to, blobs, static (blob, into) => Copy(blob, into), static blob => blob.Length);
            case float[] floats: return WritePacked(to, MemoryMarshal.AsBytes<float>(floats));
            case double[] doubles: return WritePacked(to, MemoryMarshal.AsBytes<double>(doubles));
            case int[] whole: return WriteVarints(to, whole.Length, i => (ulong)whole[i]);
            case bool[] truths: return WriteVarints(to, truths.Length, i => truths[i] ? 1UL : 0);
            case long[] moments when value.Type == FeatureDataType.UnixTimestampList: return WriteVarints(to, moments.Length, i => (ulong)Seconds(moments[i]));
            case long[] whole: return WriteVarints(to, whole.Length, i => (ulong)whole[i]);
            default: throw new System.Diagnostics.UnreachableException();
        }
    }

    private delegate int ElementWriter<in T>(T element, Span<byte> to);

    private static int WriteEach<T>(Span<byte> to, T[] list, ElementWriter<T> write, Func<T, int> measure)
    {
        var at = 0;
        foreach (var element in list)
        {
            at += Wire.WriteTagAndLength(to[at..], 1, measure(element));
            at += write(element, to[at..]);
        }
        return at;
    }

    private static int WritePacked(Span<byte> to, ReadOnlySpan<byte> elements)
    {
        if (elements.IsEmpty) return 0;
        var at = Wire.WriteTagAndLength(to, 1, elements.Length);
        elements.CopyTo(to[at..]);
        return at + elements.Length;
    }

    private static int WriteVarints(Span<byte> to, int count, Func<int, ulong> element)
    {
        if (count == 0) return 0;
        var bytes = 0;
        for (var i = 0; i < count; i++) bytes += Wire.VarintSize(element(i));
        var at = Wire.WriteTagAndLength(to, 1, bytes);
        for (var i = 0; i < count; i++) at += Wire.WriteVarint(to[at..], element(i));
        return at;
    }

    private static long Seconds(long micros) => Math.DivRem(micros, MicrosPerSecond) is var (seconds, rest) && rest < 0 ? seconds - 1 : seconds;

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }
}
