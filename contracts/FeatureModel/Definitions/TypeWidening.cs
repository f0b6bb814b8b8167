using FeatureModel.Values;

namespace FeatureModel.Definitions;

/// <summary>Which types hold every value of another exactly, so that a reader of the old type's values loses nothing. Pure.</summary>
public static class TypeWidening
{
    /// <summary>For messages and documents.</summary>
    public const string Rule = "a type may widen from int32 to int64 or double and from float to double, alone or in lists";

    /// <summary>Whether each value of <paramref name="from"/> is one of <paramref name="to"/>; true for equal types.</summary>
    /// <remarks>int64 to double is none: whole numbers above 2^53 would change. int32 to float neither: above 2^24.</remarks>
    public static bool Holds(FeatureDataType from, FeatureDataType to) =>
        from == to
        || (from.IsList() == to.IsList() && (from.Element(), to.Element()) is
            (FeatureDataType.Int32, FeatureDataType.Int64) or (FeatureDataType.Int32, FeatureDataType.Double)
            or (FeatureDataType.Float, FeatureDataType.Double));

    /// <summary>The same of types by their words; false where one is unknown.</summary>
    public static bool Holds(string? from, string? to) =>
        FeatureDataTypes.TryParse(from, out var old) && FeatureDataTypes.TryParse(to, out var wide) && Holds(old, wide);
}
