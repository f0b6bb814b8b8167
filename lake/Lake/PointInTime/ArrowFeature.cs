using Apache.Arrow;
using FeatureModel.Values;

namespace Lake.PointInTime;

/// <summary>Values of features out of Arrow columns that were cast to the feature's type. Stateless.</summary>
internal static class ArrowFeature
{
    /// <summary>The value of a row.</summary>
    public static FeatureValue Get(IArrowArray array, FeatureDataType type, int row)
    {
        if (array.IsNull(row)) return FeatureValue.Null;
        if (array is ListArray list) return FeatureValue.OfList(type, Elements(list, type, row));
        return array switch
        {
            Int32Array a => FeatureValue.Of(a.Values[row]),
            Int64Array a => FeatureValue.Of(a.Values[row]),
            DoubleArray a => FeatureValue.Of(a.Values[row]),
            FloatArray a => FeatureValue.Of(a.Values[row]),
            BooleanArray a => FeatureValue.Of(a.GetValue(row)!.Value),
            TimestampArray a => FeatureValue.OfTimestamp(a.Values[row]),
            StringArray a => type == FeatureDataType.Json ? FeatureValue.OfJson(a.GetString(row)) : FeatureValue.Of(a.GetString(row)),
            BinaryArray a => FeatureValue.Of(a.GetBytes(row).ToArray()),
            _ => throw new ArgumentException($"array is a {array.GetType().Name}; it holds no {type.Name()}", nameof(array)),
        };
    }

    private static System.Array Elements(ListArray list, FeatureDataType type, int row)
    {
        var (from, to) = (list.ValueOffsets[row], list.ValueOffsets[row + 1]);
        var element = type.Element();
        // An element that is null has no place in the arrays of features; it counts as the type's zero.
        FeatureValue[] values = [.. Enumerable.Range(from, to - from).Select(i => Get(list.Values, element, i))];
        return element switch
        {
            FeatureDataType.Int32 => System.Array.ConvertAll(values, v => (int)v.AsInt64),
            FeatureDataType.Int64 or FeatureDataType.UnixTimestamp => System.Array.ConvertAll(values, v => v.AsInt64),
            FeatureDataType.Double => System.Array.ConvertAll(values, v => v.AsDouble),
            FeatureDataType.Float => System.Array.ConvertAll(values, v => v.AsFloat),
            FeatureDataType.Bool => System.Array.ConvertAll(values, v => v.AsBool),
            FeatureDataType.Bytes => System.Array.ConvertAll(values, v => v.IsNull ? [] : v.AsBytes),
            _ => System.Array.ConvertAll(values, v => v.IsNull ? "" : v.AsString),
        };
    }
}
