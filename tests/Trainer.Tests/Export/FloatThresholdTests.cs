using Trainer.Export;

namespace Trainer.Tests.Export;

public sealed class FloatThresholdTests
{
    [Theory]
    [InlineData(2.5, 2.5f)]
    [InlineData(0.1, 0.099999994f)]
    [InlineData(-0.1, -0.1f)]
    [InlineData(1e300, float.MaxValue)]
    [InlineData(-1e300, float.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, float.NegativeInfinity)]
    public void It_is_the_largest_single_that_is_at_most_the_double(double threshold, float expected)
    {
        var rounded = FloatThreshold.Of(threshold);
        Assert.Equal(expected, rounded);
        Assert.True(rounded <= threshold);
        Assert.True(float.IsPositiveInfinity(rounded) || MathF.BitIncrement(rounded) > threshold);
    }

    [Fact]
    public void Decisions_on_singles_stay_as_the_booster_makes_them()
    {
        const double Bound = 1e-35f;
        double[] thresholds = [29.849999999999998, 1 / 3.0, 16777217.0, -7e-36, 0, -0.0, 7e-36, -Bound, Bound, -Bound * 1.5, Bound * 1.5];
        float[] fixedValues = [0, -0f, float.Epsilon, -float.Epsilon, 1e-36f, -1e-36f, 1e-35f, -1e-35f, 1e-34f, -1e-34f];
        foreach (var threshold in thresholds)
        {
            var near = (float)threshold;
            foreach (var x in fixedValues.Concat([MathF.BitDecrement(near), near, MathF.BitIncrement(near)]))
            {
                var seen = Math.Abs((double)x) <= Bound ? 0 : x;
                Assert.True(seen <= threshold == x <= FloatThreshold.Of(threshold), $"{x:R} against {threshold:R}");
            }
        }
    }
}
