using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Inference.Tensors;

namespace TestKit;

/// <summary>A tensor that a scripted model receives or answers, in raw little-endian form.</summary>
public sealed record ScriptedTensor(string Name, Datatype Datatype, long[] Shape, byte[] Bytes)
{
    /// <summary>A tensor of numbers.</summary>
    public static ScriptedTensor Of<T>(string name, Datatype datatype, long[] shape, params T[] values)
        where T : unmanaged => new(name, datatype, shape, MemoryMarshal.AsBytes(values.AsSpan()).ToArray());

    /// <summary>A BYTES tensor.</summary>
    public static ScriptedTensor OfStrings(string name, long[] shape, params string[] values) =>
        new(name, Datatype.Bytes, shape, [.. values.SelectMany(Element)]);

    /// <summary>The elements as numbers.</summary>
    public T[] Values<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Bytes).ToArray();

    /// <summary>The elements of a BYTES tensor.</summary>
    public string[] Strings()
    {
        var values = new List<string>();
        for (var rest = Bytes.AsSpan(); !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            values.Add(Encoding.UTF8.GetString(rest.Slice(4, length)));
            rest = rest[(4 + length)..];
        }
        return [.. values];
    }

    private static byte[] Element(string value)
    {
        var text = Encoding.UTF8.GetBytes(value);
        var element = new byte[4 + text.Length];
        BinaryPrimitives.WriteInt32LittleEndian(element, text.Length);
        text.CopyTo(element, 4);
        return element;
    }
}
