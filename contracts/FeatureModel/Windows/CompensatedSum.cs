namespace FeatureModel.Windows;

/// <summary>
/// A sum of doubles and what rounding took from it (Knuth's TwoSum): in effect twice the digits, so order and cancellation do not matter to 1e-9.
/// </summary>
internal struct CompensatedSum(double sum, double rest)
{
    public double Sum { get; private set; } = sum;
    public double Rest { get; private set; } = rest;

    public readonly double Value => Sum + Rest;

    public void Add(double value)
    {
        var total = Sum + value;
        var part = total - Sum;
        Rest += Sum - (total - part) + (value - part);
        Sum = total;
    }

    public void Add(double sum, double rest)
    {
        Add(sum);
        Rest += rest;
    }
}
