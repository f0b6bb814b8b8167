// Hot path.
using FeatureModel.Values;

namespace FeatureModel.Expressions.Nodes;

/// <summary>Rounds to a number of decimal places; a half goes away from zero.</summary>
internal sealed class RoundTo(Node<double> operand, int places) : Node<double>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out double value)
    {
        if (!operand.TryGet(slots, out value)) return false;
        value = Math.Round(value, places, MidpointRounding.AwayFromZero);
        return double.IsFinite(value);
    }
}

/// <summary>How many of ascending bounds a number has reached.</summary>
internal sealed class Bucket(Node<double> operand, double[] bounds) : Node<long>
{
    public override bool TryGet(ReadOnlySpan<FeatureValue> slots, out long value)
    {
        value = 0;
        if (!operand.TryGet(slots, out var number) || double.IsNaN(number)) return false;
        while (value < bounds.Length && bounds[value] <= number) value++;
        return true;
    }
}
