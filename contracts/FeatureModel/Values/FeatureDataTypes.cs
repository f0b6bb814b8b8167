namespace FeatureModel.Values;

/// <summary>Names and kinds of <see cref="FeatureDataType"/>.</summary>
public static class FeatureDataTypes
{
    private static readonly (string Name, FeatureDataType Type)[] Names =
    [
        ("bytes", FeatureDataType.Bytes), ("string", FeatureDataType.String), ("int32", FeatureDataType.Int32), ("int64", FeatureDataType.Int64),
        ("double", FeatureDataType.Double), ("float", FeatureDataType.Float), ("bool", FeatureDataType.Bool), ("timestamp", FeatureDataType.UnixTimestamp),
        ("list<bytes>", FeatureDataType.BytesList), ("list<string>", FeatureDataType.StringList), ("list<int32>", FeatureDataType.Int32List),
        ("list<int64>", FeatureDataType.Int64List), ("list<double>", FeatureDataType.DoubleList), ("list<float>", FeatureDataType.FloatList),
        ("list<bool>", FeatureDataType.BoolList), ("list<timestamp>", FeatureDataType.UnixTimestampList), ("json", FeatureDataType.Json),
    ];

    /// <summary>Every word that a definition may use, for messages.</summary>
    public static string AllNames { get; } = string.Join(", ", Names.Select(n => n.Name));

    /// <summary>The word that definitions use for the type.</summary>
    public static string Name(this FeatureDataType type) => Array.Find(Names, n => n.Type == type).Name ?? type.ToString();

    public static bool TryParse(string? name, out FeatureDataType type)
    {
        var at = Array.FindIndex(Names, n => n.Name == name);
        type = at < 0 ? default : Names[at].Type;
        return at >= 0;
    }

    /// <summary>Whether the value is a list of others.</summary>
    public static bool IsList(this FeatureDataType type) => type is >= FeatureDataType.BytesList and <= FeatureDataType.UnixTimestampList;

    /// <summary>The type of a list's elements; the type itself where it is no list.</summary>
    public static FeatureDataType Element(this FeatureDataType type) => type.IsList() ? type - 10 : type;

    /// <summary>Bytes of a value in a fixed record; 0 where values differ in length.</summary>
    public static int FixedBytes(this FeatureDataType type) => type switch
    {
        FeatureDataType.Int32 or FeatureDataType.Float => 4,
        FeatureDataType.Int64 or FeatureDataType.Double or FeatureDataType.UnixTimestamp => 8,
        FeatureDataType.Bool => 1,
        _ => 0,
    };

    /// <summary>Whether a value is a number that a tensor column can hold: numbers, truth values and moments.</summary>
    public static bool IsNumeric(this FeatureDataType type) => type.FixedBytes() > 0;
}
