using FeatureModel.Values;

namespace FeatureModel.Windows;

/// <summary>Values in the features' own types.</summary>
internal readonly ref struct ValueSink(FeatureDataType[] types, Span<FeatureValue> values) : IWindowSink
{
    private readonly Span<FeatureValue> _values = values;

    public void Null(int feature) => _values[feature] = FeatureValue.Null;

    public void Integer(int feature, long value) => _values[feature] = types[feature] switch
    {
        FeatureDataType.Double => FeatureValue.Of((double)value),
        FeatureDataType.UnixTimestamp => FeatureValue.OfTimestamp(value),
        _ => FeatureValue.Of(value),
    };

    public void Number(int feature, double value) =>
        _values[feature] = types[feature] == FeatureDataType.Float ? FeatureValue.Of((float)value) : FeatureValue.Of(value);
}
