namespace FeatureModel.Expressions;

/// <summary>What the checker knows of a part of an expression.</summary>
internal enum ExpressionType : byte
{
    /// <summary>An input of a type that expressions do not read.</summary>
    Unreadable,

    /// <summary>The word null: takes the type that its place wants.</summary>
    Null,
    Bool,
    Int64,
    Double,
    String,

    /// <summary>Microseconds since 1970-01-01T00:00:00Z.</summary>
    Timestamp,

    /// <summary>A difference of times in microseconds.</summary>
    Duration,
    BoolList,
    Int64List,
    DoubleList,
    StringList,
    TimestampList,
}
