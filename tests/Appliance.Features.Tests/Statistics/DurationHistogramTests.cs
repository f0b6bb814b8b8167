using Appliance.Features.Statistics;

namespace Appliance.Features.Tests.Statistics;

public sealed class DurationHistogramTests
{
    [Fact]
    public void A_duration_goes_to_the_first_bucket_whose_bound_it_does_not_exceed()
    {
        var histogram = new DurationHistogram([10, 100]);
        foreach (var micros in (long[])[0, 10, 11, 100, 101, 5_000]) histogram.Record(micros);
        Assert.Equal([2, 2, 2], histogram.Counts());
        Assert.Equal(5_222, histogram.SumMicros);
        Assert.Equal([10, 100], histogram.BoundsMicros.ToArray());
    }
}
