using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Arms;
using Appliance.Inference;
using Appliance.Inference.Batching;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class ArmStatisticsTests
{
    [Fact]
    public void Buckets_ascend_with_the_numbers_and_hold_each_to_three_percent()
    {
        float[] values = [float.MinValue, -1e9f, -1.5f, -1, -0.5f, -1e-30f, -0f, 0, 1e-30f, 0.1f, 0.499f, 0.5f, 0.51f, 1, 1.5f, 1000, 1e9f, float.MaxValue];
        Assert.Equal(values.Select(ValueHistogram.BucketOf), values.Select(ValueHistogram.BucketOf).Order());
        foreach (var value in values.Where(v => MathF.Abs(v) is > 1e-29f and < 1e30f))
        {
            Assert.InRange(ValueHistogram.MiddleOf(ValueHistogram.BucketOf(value)) / value, 0.97, 1.03);
        }
    }

    [Fact]
    public void Quantiles_are_those_of_the_numbers_to_three_percent()
    {
        var histogram = new ValueHistogram();
        for (var i = 1; i <= 1_000; i++) histogram.Record(i / 1_000.0);
        var counts = histogram.Take();
        Assert.Equal(1_000, counts.Total);
        foreach (var share in new[] { 0.001, 0.1, 0.5, 0.9, 0.99, 1 }) Assert.InRange(counts.Quantile(share), share * 0.96, share * 1.04);
        Assert.Equal(0, ValueCounts.None.Quantile(0.5));
    }

    [Fact]
    public void What_is_not_finite_is_counted_apart()
    {
        var histogram = new ValueHistogram();
        foreach (var value in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity, 1e300, 1 }) histogram.Record(value);
        var counts = histogram.Take();
        Assert.Equal((1, 4), ((int)counts.Total, (int)counts.NotFinite));
    }

    [Fact]
    public void A_later_tally_less_an_earlier_one_is_what_came_in_between()
    {
        var statistics = new ArmStatistics(TimeProvider.System);
        Answer(statistics, 0.25);
        var earlier = statistics.Take();
        Answer(statistics, 0.25);
        Answer(statistics, 0.75);
        statistics.Ended(new BatchEntry(), ScoreStatus.Faulted, []);
        statistics.Ended(new BatchEntry(), ScoreStatus.Cancelled, []);
        statistics.Compared(4, 1, 0.5);
        var between = statistics.Take().Minus(earlier);
        Assert.Equal((3, 1, 2, 4, 1), ((int)between.Requests, (int)between.Errors, (int)between.Scores.Total, (int)between.Compared, (int)between.Disagreed));
        Assert.Equal(0.125, between.MeanDifference, 10);
        Assert.Equal(statistics.Take().Requests, earlier.Plus(between).Requests);
        Assert.Equal(statistics.Take().Scores.Buckets, earlier.Plus(between).Scores.Buckets);
        Assert.Equal(statistics.Take().Scores.Counts, earlier.Plus(between).Scores.Counts);
    }

    [Fact]
    public void Recording_from_many_sides_loses_nothing()
    {
        var statistics = new ArmStatistics(TimeProvider.System);
        Parallel.For(0, 10_000, i =>
        {
            Answer(statistics, i % 100);
            statistics.Compared(1, i % 2, 0.5);
        });
        var tally = statistics.Take();
        Assert.Equal((10_000, 10_000, 10_000, 5_000), ((int)tally.Requests, (int)tally.Scores.Total, (int)tally.Compared, (int)tally.Disagreed));
        Assert.Equal(5_000, tally.Difference, 6);
    }

    private static void Answer(ArmStatistics statistics, double score) => statistics.Ended(new BatchEntry(), ScoreStatus.Ok, [score]);
}
