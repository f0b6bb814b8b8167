using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using FeatureModel.Values;

namespace Appliance.Features.Rows;

/// <summary>
/// Bytes of the values that differ in length: text as UTF-8, lists of numbers as their elements, lists of text or bytes as a count, the
/// length of each, and their contents. Little-endian.
/// </summary>
internal static class VaryingValue
{
    public static int Measure(FeatureValue value) => value.Type switch
    {
        0 => 0,
        FeatureDataType.String or FeatureDataType.Json => Encoding.UTF8.GetByteCount(value.AsString),
        FeatureDataType.Bytes => value.AsBytes.Length,
        FeatureDataType.StringList => checked(Lengths(value.AsList) + ((string[])value.AsList).Sum(Encoding.UTF8.GetByteCount)),
        FeatureDataType.BytesList => checked(Lengths(value.AsList) + ((byte[][])value.AsList).Sum(b => b.Length)),
        _ => Buffer.ByteLength(value.AsList),
    };

    public static int Write(FeatureValue value, Span<byte> to)
    {
        switch (value.Type)
        {
            case 0: return 0;
            case FeatureDataType.String or FeatureDataType.Json: return Encoding.UTF8.GetBytes(value.AsString, to);
            case FeatureDataType.Bytes: return Copy(value.AsBytes, to);
            case FeatureDataType.StringList: return WriteMany((string[])value.AsList, to, static (text, into) => Encoding.UTF8.GetBytes(text, into));
            case FeatureDataType.BytesList: return WriteMany((byte[][])value.AsList, to, static (bytes, into) => Copy(bytes, into));
            default: return Copy(ElementBytes(value.AsList), to);
        }
    }

    public static FeatureValue Read(FeatureDataType type, ReadOnlySpan<byte> bytes) => type switch
    {
        FeatureDataType.String => FeatureValue.Of(Encoding.UTF8.GetString(bytes)),
        FeatureDataType.Json => FeatureValue.OfJson(Encoding.UTF8.GetString(bytes)),
        FeatureDataType.Bytes => FeatureValue.Of(bytes.ToArray()),
        FeatureDataType.StringList => FeatureValue.OfList(type, ReadMany(bytes, static b => Encoding.UTF8.GetString(b))),
        FeatureDataType.BytesList => FeatureValue.OfList(type, ReadMany(bytes, static b => b.ToArray())),
        FeatureDataType.Int32List => FeatureValue.OfList(type, Elements<int>(bytes)),
        FeatureDataType.DoubleList => FeatureValue.OfList(type, Elements<double>(bytes)),
        FeatureDataType.FloatList => FeatureValue.OfList(type, Elements<float>(bytes)),
        FeatureDataType.BoolList => FeatureValue.OfList(type, Truths(bytes)),
        _ => FeatureValue.OfList(type, Elements<long>(bytes)),
    };

    private delegate int ElementWriter<in T>(T element, Span<byte> to);

    private delegate T ElementReader<out T>(ReadOnlySpan<byte> bytes);

    private static int Lengths(Array list) => checked(sizeof(int) * (list.Length + 1));

    private static int WriteMany<T>(T[] list, Span<byte> to, ElementWriter<T> write)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, list.Length);
        var at = Lengths(list);
        for (var i = 0; i < list.Length; i++)
        {
            var length = write(list[i], to[at..]);
            BinaryPrimitives.WriteInt32LittleEndian(to[(sizeof(int) * (i + 1))..], length);
            at += length;
        }
        return at;
    }

    // Bytes of a row that is being changed may say anything: what does not fit ends the list.
    private static T[] ReadMany<T>(ReadOnlySpan<byte> bytes, ElementReader<T> read)
    {
        if (bytes.Length < sizeof(int)) return [];
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (count < 0 || count > (bytes.Length - sizeof(int)) / sizeof(int)) return [];
        var list = new T[count];
        var at = sizeof(int) * (count + 1);
        for (var i = 0; i < count; i++)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(sizeof(int) * (i + 1))..]);
            if (length < 0 || length > bytes.Length - at) return [];
            list[i] = read(bytes.Slice(at, length));
            at += length;
        }
        return list;
    }

    private static T[] Elements<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged =>
        MemoryMarshal.Cast<byte, T>(bytes).ToArray();

    // Not a cast: a byte that is neither 0 nor 1 would make a bool that is neither true nor false.
    private static bool[] Truths(ReadOnlySpan<byte> bytes)
    {
        var truths = new bool[bytes.Length];
        for (var i = 0; i < truths.Length; i++) truths[i] = bytes[i] != 0;
        return truths;
    }

    private static ReadOnlySpan<byte> ElementBytes(Array list) => list switch
    {
        long[] l => MemoryMarshal.AsBytes<long>(l),
        int[] i => MemoryMarshal.AsBytes<int>(i),
        double[] d => MemoryMarshal.AsBytes<double>(d),
        float[] f => MemoryMarshal.AsBytes<float>(f),
        bool[] b => MemoryMarshal.AsBytes<bool>(b),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static int Copy(ReadOnlySpan<byte> from, Span<byte> to)
    {
        from.CopyTo(to);
        return from.Length;
    }
}
