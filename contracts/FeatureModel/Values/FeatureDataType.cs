namespace FeatureModel.Values;

/// <summary>Type of a feature's value. The numbers are those of Feast's <c>feast.types.Value</c> and <c>ValueType</c>, so that they travel unchanged.</summary>
public enum FeatureDataType : byte
{
    Bytes = 1,
    String = 2,
    Int32 = 3,
    Int64 = 4,
    Double = 5,
    Float = 6,
    Bool = 7,

    /// <summary>A moment, stored as microseconds since 1970-01-01T00:00:00Z; Feast's wire carries seconds.</summary>
    UnixTimestamp = 8,
    BytesList = 11,
    StringList = 12,
    Int32List = 13,
    Int64List = 14,
    DoubleList = 15,

    /// <summary>Also the type of an embedding.</summary>
    FloatList = 16,
    BoolList = 17,
    UnixTimestampList = 18,

    /// <summary>A JSON object as UTF-8 text; Feast's map travels as this.</summary>
    Json = 32,
}
