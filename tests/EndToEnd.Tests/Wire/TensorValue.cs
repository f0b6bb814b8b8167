using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace EndToEnd.Tests.Wire;

/// <summary>A tensor in the protocol's own terms: name, datatype, shape and the raw little-endian bytes.</summary>
internal sealed record TensorValue(string Name, string Datatype, long[] Shape, byte[] Raw)
{
    /// <summary>A tensor of numbers or booleans that lie in memory as they travel.</summary>
    public static TensorValue Of<T>(string name, string datatype, long[] shape, params T[] values) where T : unmanaged =>
        new(name, datatype, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    public static TensorValue OfFloats(string name, long[] shape, params float[] values) => Of(name, "FP32", shape, values);

    public static TensorValue OfStrings(string name, long[] shape, params string[] values) =>
        OfStrings(name, shape, values.Select(Encoding.UTF8.GetBytes));

    /// <summary>BYTES in the raw form: a length of four bytes and the element, one after the other.</summary>
    public static TensorValue OfStrings(string name, long[] shape, IEnumerable<byte[]> values)
    {
        var raw = new MemoryStream();
        Span<byte> length = stackalloc byte[4];
        foreach (var value in values)
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, value.Length);
            raw.Write(length);
            raw.Write(value);
        }
        return new TensorValue(name, "BYTES", shape, raw.ToArray());
    }

    public long Elements => Shape.Aggregate(1L, (product, dim) => product * dim);

    public T[] As<T>() where T : unmanaged => MemoryMarshal.Cast<byte, T>(Raw).ToArray();

    /// <summary>The elements of a BYTES tensor.</summary>
    public IReadOnlyList<byte[]> Strings()
    {
        var elements = new List<byte[]>();
        for (ReadOnlySpan<byte> rest = Raw; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            elements.Add(rest.Slice(4, length).ToArray());
            rest = rest[(4 + length)..];
        }
        return elements;
    }

    public override string ToString() => $"{Name} {Datatype} [{string.Join(",", Shape)}], {Raw.Length} bytes";
}
