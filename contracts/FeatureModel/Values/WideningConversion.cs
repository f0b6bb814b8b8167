namespace FeatureModel.Values;

/// <summary>Values that were written before their feature's type was widened, in the type that it has now.</summary>
public static class WideningConversion
{
    /// <summary>The value in the wider type; the value itself where there is nothing to do.</summary>
    public static FeatureValue To(FeatureDataType type, FeatureValue value) => (value.Type, type) switch
    {
        _ when value.IsNull || value.Type == type => value,
        (FeatureDataType.Int32, FeatureDataType.Int64) => FeatureValue.Of(value.AsInt64),
        (FeatureDataType.Int32 or FeatureDataType.Int64 or FeatureDataType.Float, FeatureDataType.Double) => FeatureValue.Of(value.AsDouble),
        (FeatureDataType.Int32List, FeatureDataType.Int64List) => FeatureValue.OfList(type, Array.ConvertAll((int[])value.AsList, i => (long)i)),
        (FeatureDataType.Int32List, FeatureDataType.DoubleList) => FeatureValue.OfList(type, Array.ConvertAll((int[])value.AsList, i => (double)i)),
        (FeatureDataType.FloatList, FeatureDataType.DoubleList) => FeatureValue.OfList(type, Array.ConvertAll((float[])value.AsList, f => (double)f)),
        _ => FeatureValue.Null,
    };
}
