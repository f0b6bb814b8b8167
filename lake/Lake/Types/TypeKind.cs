namespace Lake.Types;

/// <summary>What a type is, as the Iceberg specification counts them. Those from <see cref="TimestampNs"/> on came with version 3 of the format.</summary>
public enum TypeKind
{
    Boolean,
    Int,
    Long,
    Float,
    Double,
    Decimal,
    Date,
    Time,
    Timestamp,
    TimestampTz,
    String,
    Uuid,
    Fixed,
    Binary,
    Struct,
    List,
    Map,
    TimestampNs,
    TimestampTzNs,
    Unknown,
}
