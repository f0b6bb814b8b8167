namespace FeatureModel.Windows;

/// <summary>Values as doubles, for tensors; nulls are NaN and have their bit set.</summary>
internal readonly ref struct NumberSink(Span<double> values, Span<ulong> nullBits) : IWindowSink
{
    private readonly Span<double> _values = values;
    private readonly Span<ulong> _nullBits = nullBits;

    public void Null(int feature)
    {
        _values[feature] = double.NaN;
        _nullBits[feature >> 6] |= 1UL << feature;
    }

    public void Integer(int feature, long value) => _values[feature] = value;

    public void Number(int feature, double value) => _values[feature] = value;
}
