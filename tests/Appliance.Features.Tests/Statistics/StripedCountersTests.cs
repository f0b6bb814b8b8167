using Appliance.Features.Statistics;

namespace Appliance.Features.Tests.Statistics;

public sealed class StripedCountersTests
{
    [Fact]
    public void Nothing_is_lost_or_counted_elsewhere_when_many_threads_add()
    {
        const int Threads = 40, Each = 1_000, Counters = 17;
        var counters = new StripedCounters(Counters);
        var threads = Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < Each; i++)
            {
                for (var counter = 0; counter < Counters; counter++) counters.Add(counter, counter);
            }
        })).ToList();
        threads.ForEach(t => t.Start());
        threads.ForEach(t => t.Join());
        Assert.Equal(Enumerable.Range(0, Counters).Select(c => (long)c * Threads * Each), Enumerable.Range(0, Counters).Select(counters.Sum));
    }
}
