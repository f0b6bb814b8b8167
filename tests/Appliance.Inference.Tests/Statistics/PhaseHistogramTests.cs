using Appliance.Inference.Statistics;

namespace Appliance.Inference.Tests.Statistics;

public sealed class PhaseHistogramTests
{
    [Fact]
    public void Bounds_ascend_in_steps_of_two_and_a_half_at_most()
    {
        var bounds = PhaseHistogram.BoundsMicroseconds.ToArray();
        Assert.Equal((50, 10_000_000), (bounds[0], bounds[^1]));
        Assert.All(bounds.Zip(bounds.Skip(1)), pair => Assert.InRange((double)pair.Second / pair.First, 1.01, 2.5));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(50_000, 0)]
    [InlineData(50_001, 1)]
    [InlineData(100_000, 1)]
    [InlineData(10_000_000_000, 16)]
    [InlineData(10_000_000_001, 17)]
    [InlineData(long.MaxValue / 2, 17)]
    public void A_duration_falls_into_the_first_bucket_whose_bound_it_does_not_pass(long nanoseconds, int bucket)
    {
        var histogram = new PhaseHistogram();
        histogram.Record(nanoseconds);
        Assert.Equal(Enumerable.Range(0, 18).Select(i => i == bucket ? 1L : 0), histogram.Counts());
        Assert.Equal(nanoseconds, histogram.SumNanoseconds);
    }

    [Fact]
    public void Equal_durations_are_counted_together()
    {
        var histogram = new PhaseHistogram();
        histogram.Record(70_000, times: 5);
        Assert.Equal((5L, 350_000L), (histogram.Counts()[1], histogram.SumNanoseconds));
    }

    [Fact]
    public void There_is_a_bucket_for_each_bound_and_one_above_them_all()
    {
        Assert.Equal(PhaseHistogram.BucketCount, PhaseHistogram.BoundsMicroseconds.Length + 1);
        Assert.Equal(PhaseHistogram.BucketCount, new PhaseHistogram().Counts().Length);
        Assert.Equal(PhaseHistogram.BucketCount - 1, PhaseHistogram.BucketOf(long.MaxValue));
    }

    [Fact]
    public void Observations_tallied_before_count_as_those_recorded_one_by_one()
    {
        const int Seed = 11;
        var random = new Random(Seed);
        var (oneByOne, together) = (new PhaseHistogram(), new PhaseHistogram());
        for (var round = 0; round < 100; round++)
        {
            var counts = new int[PhaseHistogram.BucketCount];
            var sum = 0L;
            for (var i = random.Next(30); i > 0; i--)
            {
                // Every order of magnitude that a bucket is for.
                var nanoseconds = (long)Math.Pow(10, random.NextDouble() * 11);
                oneByOne.Record(nanoseconds);
                counts[PhaseHistogram.BucketOf(nanoseconds)]++;
                sum += nanoseconds;
            }
            together.RecordAll(counts, sum);
        }
        Assert.Equal(oneByOne.Counts(), together.Counts());
        Assert.Equal(oneByOne.SumNanoseconds, together.SumNanoseconds);
        Assert.All(together.Counts(), count => Assert.NotEqual(0, count));
    }
}
