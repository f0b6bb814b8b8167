using Trainer.Evaluation;

namespace Trainer.Tests.Evaluation;

public sealed class ThresholdMetricsTests
{
    private static readonly float[] _labels = [1, 0, 1, 0, 0];
    private static readonly double[] _scores = [0.9, 0.8, 0.6, 0.3, 0.1];

    // At 0.6: 2 true, 1 false positive, none missed: 4/5. At 0.9: 1 true, 1 missed: 2/3. A score equal to the threshold is called.
    [Theory]
    [InlineData(0.6, 0.8)]
    [InlineData(0.9, 2 / 3.0)]
    [InlineData(0.95, 0)]
    public void F1_of_a_threshold(double threshold, double expected) =>
        Assert.Equal(expected, ThresholdMetrics.F1(_labels, _scores, threshold), 12);

    [Fact]
    public void The_best_threshold_is_a_score_that_no_other_beats()
    {
        var best = ThresholdMetrics.BestF1Threshold(_labels, _scores);
        Assert.Equal(0.6, best);
        Assert.All(_scores, s => Assert.True(ThresholdMetrics.F1(_labels, _scores, s) <= ThresholdMetrics.F1(_labels, _scores, best)));
    }

    [Fact]
    public void F1_without_positives_and_calls_is_zero() => Assert.Equal(0, ThresholdMetrics.F1([0, 0], [0.1, 0.2], 0.5));
}
