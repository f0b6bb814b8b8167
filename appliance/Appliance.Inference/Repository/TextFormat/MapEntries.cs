using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Appliance.Inference.Repository.TextFormat;

/// <summary>What a map entry is called in a path, and what an entry means that leaves its key or value out.</summary>
internal static class MapEntries
{
    /// <summary>The path of the entry, its key in quotes where it is a string: <c>parameters["execution_mode"]</c>.</summary>
    public static string PathOf(string mapPath, object key) => key is string text
        ? $"{mapPath}[\"{text}\"]"
        : string.Create(CultureInfo.InvariantCulture, $"{mapPath}[{key}]");

    /// <summary>What is said of a field that a message, or a map's entry, does not have.</summary>
    public static string Unknown(MessageDescriptor type) => type.GetOptions()?.MapEntry == true
        ? "an entry of a map has key and value alone"
        : $"{type.Name} has no field of this name";

    /// <summary>The default of the entry's key or value field.</summary>
    public static object DefaultOf(FieldDescriptor field) => field.FieldType switch
    {
        FieldType.Int32 or FieldType.SInt32 or FieldType.SFixed32 => 0,
        FieldType.Int64 or FieldType.SInt64 or FieldType.SFixed64 => 0L,
        FieldType.UInt32 or FieldType.Fixed32 => 0u,
        FieldType.UInt64 or FieldType.Fixed64 => 0ul,
        FieldType.Double => 0d,
        FieldType.Float => 0f,
        FieldType.Bool => false,
        FieldType.String => "",
        FieldType.Bytes => ByteString.Empty,
        FieldType.Enum => Enum.ToObject(field.EnumType.ClrType, 0),
        _ => field.MessageType.Parser.ParseFrom(ByteString.Empty),
    };
}
