// Hot path: name and size of a datatype, per tensor of a request.
using Contracts.Inference;

namespace Appliance.Inference.Tensors;

/// <summary>Names, sizes and neighbours of each <see cref="Datatype"/>.</summary>
public static class Datatypes
{
    private static readonly string[] Names =
        ["", "BOOL", "UINT8", "UINT16", "UINT32", "UINT64", "INT8", "INT16", "INT32", "INT64", "FP16", "FP32", "FP64", "BYTES", "BF16"];

    /// <summary>The protocol's 14 names, for an error.</summary>
    public static string AllNames { get; } = string.Join(", ", Names.Skip(1).Order(StringComparer.Ordinal));

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static ReadOnlySpan<byte> Sizes => [0, 1, 1, 2, 4, 8, 1, 2, 4, 8, 2, 4, 8, 0, 2];

    /// <summary>The protocol's name: FP32, BYTES, ...</summary>
    public static string Name(this Datatype datatype) => Names[(int)datatype];

    /// <summary>The protocol's name as ASCII bytes.</summary>
    public static ReadOnlySpan<byte> Utf8Name(this Datatype datatype) => Utf8Names[(int)datatype];

    /// <summary>Bytes an element; 0 for BYTES, whose elements differ in length.</summary>
    public static int Size(this Datatype datatype) => Sizes[(int)datatype];

    /// <summary>Reads the protocol's name; false for any other word.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out Datatype datatype)
    {
        for (var i = 1; i < Utf8Names.Length; i++)
        {
            if (name.SequenceEqual(Utf8Names[i]))
            {
                datatype = (Datatype)i;
                return true;
            }
        }
        datatype = Datatype.None;
        return false;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{byte}, out Datatype)"/>
    public static bool TryParse(string name, out Datatype datatype)
    {
        var at = Array.IndexOf(Names, name, 1);
        datatype = at > 0 ? (Datatype)at : Datatype.None;
        return at > 0;
    }

    /// <summary>The model configuration's name for the same type; the two enums list the types in the same order.</summary>
    public static DataType ToConfig(this Datatype datatype) => datatype switch
    {
        Datatype.BF16 => DataType.TypeBf16,
        Datatype.Bytes => DataType.TypeString,
        _ => (DataType)(int)datatype,
    };

    /// <inheritdoc cref="ToConfig"/>
    public static Datatype FromConfig(DataType type) => type switch
    {
        DataType.TypeBf16 => Datatype.BF16,
        DataType.TypeString => Datatype.Bytes,
        _ => (Datatype)(int)type,
    };
}
