using System.Collections.Frozen;
using Contracts.Inference;

namespace Appliance.Inference.Repository;

/// <summary>The protocol's names and sizes of the element types.</summary>
internal static class Datatypes
{
    private static readonly FrozenDictionary<string, DataType> ByName = Enum.GetValues<DataType>()
        .Where(type => type != DataType.TypeInvalid)
        .ToFrozenDictionary(Name, StringComparer.Ordinal);

    /// <summary>The protocol's 14 names, for an error.</summary>
    public static string Names => string.Join(", ", ByName.Keys.Order(StringComparer.Ordinal));

    public static bool TryParse(string name, out DataType type) => ByName.TryGetValue(name, out type);

    /// <summary>The name in the protocol: FP32, BYTES, ...</summary>
    public static string Name(DataType type) => type switch
    {
        DataType.TypeString => "BYTES",
        _ => type.ToString()["Type".Length..].ToUpperInvariant(),
    };

    /// <summary>The name in a configuration: TYPE_FP32, TYPE_STRING, ...</summary>
    public static string ConfigName(DataType type) => type == DataType.TypeString ? "TYPE_STRING" : "TYPE_" + Name(type);

    /// <summary>Bytes of an element; 0 for strings, whose length varies.</summary>
    public static int Size(DataType type) => type switch
    {
        DataType.TypeBool or DataType.TypeUint8 or DataType.TypeInt8 => 1,
        DataType.TypeUint16 or DataType.TypeInt16 or DataType.TypeFp16 or DataType.TypeBf16 => 2,
        DataType.TypeUint32 or DataType.TypeInt32 or DataType.TypeFp32 => 4,
        DataType.TypeUint64 or DataType.TypeInt64 or DataType.TypeFp64 => 8,
        _ => 0,
    };
}
