using Appliance.LoadGen.Histograms;
using Xunit;

namespace LoadGen.Tests.Histograms;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Short_durations_are_kept_exactly()
    {
        var histogram = Of(Enumerable.Range(0, 2000).Select(i => (long)i));

        Assert.Equal(999, histogram.Percentile(50));
        Assert.Equal(1997, histogram.Percentile(99.9));
        Assert.Equal(1999, histogram.Percentile(100));
        Assert.Equal(0, histogram.Percentile(0));
    }

    [Theory]
    [InlineData(50)]
    [InlineData(90)]
    [InlineData(99)]
    [InlineData(99.9)]
    [InlineData(99.99)]
    public void A_percentile_is_never_below_the_true_one_and_at_most_a_thousandth_above(double percent)
    {
        var random = new Random(17);
        var values = Enumerable.Range(0, 100_000).Select(_ => (long)Math.Exp(random.NextDouble() * 24)).ToList();
        var histogram = Of(values);
        values.Sort();
        var exact = values[(int)Math.Ceiling(percent / 100 * values.Count - 1e-6) - 1];

        Assert.InRange(histogram.Percentile(percent), exact, exact + exact / 1000 + 1);
    }

    [Fact]
    public void A_percentile_of_a_thousand_records_does_not_slip_by_one()
    {
        var histogram = Of(Enumerable.Repeat(10L, 999).Append(1000));

        Assert.Equal(10, histogram.Percentile(99.9));
        Assert.Equal(1000, histogram.Percentile(99.91));
    }

    [Fact]
    public void Every_bucket_edge_falls_in_its_own_bucket()
    {
        for (var shift = 0; shift < 31; shift++)
        {
            foreach (var value in new[] { 1024L << shift, (1024L << shift) - 1, (2047L << shift) + (1L << shift) - 1 })
            {
                var histogram = Of([value, value, long.MaxValue / 4]);
                Assert.InRange(histogram.Percentile(50), value, value + value / 1024);
            }
        }
    }

    [Fact]
    public void Maximum_mean_and_count_are_exact()
    {
        var histogram = Of([1_000_003, 2_000_001, 3_000_002]);

        Assert.Equal((3, 3_000_002, 2_000_002.0), (histogram.Count, histogram.Max, histogram.Mean));
    }

    [Fact]
    public void Durations_beyond_the_last_bucket_still_have_their_maximum()
    {
        var histogram = Of([5, 1L << 50]);

        Assert.Equal(1L << 50, histogram.Max);
        Assert.Equal(1L << 50, histogram.Percentile(99));
        Assert.Equal(5, histogram.Percentile(50));
    }

    [Fact]
    public void Added_histograms_count_as_if_recorded_in_one()
    {
        var left = Of([100, 5_000, 900_000]);
        left.Add(Of([7, 40_000_000]));

        Assert.Equal((5, 40_000_000), (left.Count, left.Max));
        Assert.InRange(left.Percentile(50), 5_000, 5_005);
        Assert.Equal(7, left.Percentile(20));
    }

    [Fact]
    public async Task Threads_that_record_together_lose_nothing()
    {
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 50_000; i++)
            {
                histogram.Record(thread * 100_000 + i);
            }
        })));

        Assert.Equal((200_000, 349_999), (histogram.Count, histogram.Max));
        Assert.Equal(174_999.5, histogram.Mean);
    }

    [Fact]
    public void An_empty_histogram_answers_zero() => Assert.Equal((0, 0, 0.0), (new LatencyHistogram().Percentile(99), new LatencyHistogram().Max, new LatencyHistogram().Mean));

    private static LatencyHistogram Of(IEnumerable<long> values)
    {
        var histogram = new LatencyHistogram();
        foreach (var value in values)
        {
            histogram.Record(value);
        }
        return histogram;
    }
}
