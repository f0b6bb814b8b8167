namespace FeatureModel.Values;

/// <summary>Makes the arrays that list values hold.</summary>
public static class FeatureLists
{
    /// <summary>The array of a list type, of elements of its element type.</summary>
    public static Array Of(FeatureDataType type, IReadOnlyList<FeatureValue> elements) => type switch
    {
        FeatureDataType.StringList => Make(elements, e => e.AsString),
        FeatureDataType.BytesList => Make(elements, e => e.AsBytes),
        FeatureDataType.Int32List => Make(elements, e => (int)e.AsInt64),
        FeatureDataType.Int64List or FeatureDataType.UnixTimestampList => Make(elements, e => e.AsInt64),
        FeatureDataType.DoubleList => Make(elements, e => e.AsDouble),
        FeatureDataType.FloatList => Make(elements, e => e.AsFloat),
        FeatureDataType.BoolList => Make(elements, e => e.AsBool),
        _ => throw new ArgumentException($"{type} is no list.", nameof(type)),
    };

    private static T[] Make<T>(IReadOnlyList<FeatureValue> elements, Func<FeatureValue, T> of)
    {
        var array = new T[elements.Count];
        for (var i = 0; i < array.Length; i++) array[i] = of(elements[i]);
        return array;
    }
}
