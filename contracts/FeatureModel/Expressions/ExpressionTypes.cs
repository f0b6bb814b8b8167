using FeatureModel.Values;

namespace FeatureModel.Expressions;

/// <summary>Names and kinds of <see cref="ExpressionType"/>.</summary>
internal static class ExpressionTypes
{
    /// <summary>How an input of a stored type is read; int32 and float widen.</summary>
    public static ExpressionType Of(FeatureDataType type) => type switch
    {
        FeatureDataType.Bool => ExpressionType.Bool,
        FeatureDataType.Int32 or FeatureDataType.Int64 => ExpressionType.Int64,
        FeatureDataType.Float or FeatureDataType.Double => ExpressionType.Double,
        FeatureDataType.String => ExpressionType.String,
        FeatureDataType.UnixTimestamp => ExpressionType.Timestamp,
        FeatureDataType.BoolList => ExpressionType.BoolList,
        FeatureDataType.Int32List or FeatureDataType.Int64List => ExpressionType.Int64List,
        FeatureDataType.FloatList or FeatureDataType.DoubleList => ExpressionType.DoubleList,
        FeatureDataType.StringList => ExpressionType.StringList,
        FeatureDataType.UnixTimestampList => ExpressionType.TimestampList,
        _ => ExpressionType.Unreadable,
    };

    public static bool IsNumber(this ExpressionType type) => type is ExpressionType.Int64 or ExpressionType.Double;

    public static bool IsList(this ExpressionType type) => type >= ExpressionType.BoolList;

    public static ExpressionType Element(this ExpressionType list) => list switch
    {
        ExpressionType.BoolList => ExpressionType.Bool,
        ExpressionType.Int64List => ExpressionType.Int64,
        ExpressionType.DoubleList => ExpressionType.Double,
        ExpressionType.StringList => ExpressionType.String,
        _ => ExpressionType.Timestamp,
    };

    /// <summary>The word for messages, with its article where it reads better with one.</summary>
    public static string Describe(this ExpressionType type) => type switch
    {
        ExpressionType.Null => "null",
        ExpressionType.Bool => "a bool",
        ExpressionType.Int64 => "an int64",
        ExpressionType.Double => "a double",
        ExpressionType.String => "a string",
        ExpressionType.Timestamp => "a timestamp",
        ExpressionType.Duration => "a duration",
        _ => "a list of " + type.Element().Describe().Split(' ')[^1],
    };
}
