using Appliance.Features.Ingest.Kafka;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Ingest.Kafka;

public sealed class KafkaSeenIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void It_decides_as_a_plain_list_of_the_newest_does(int seed)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        const int Capacity = 50;
        const long Horizon = 30;
        var random = new Random(seed);
        var seen = new KafkaSeenIds(Capacity, Horizon);
        var list = new List<(EventId Id, long Time)>();
        for (var i = 0; i < 20_000; i++)
        {
            var id = new EventId((ulong)random.Next(80), 1);
            // Partitions are at different times, so a message may be older than one before it.
            var time = (i / 4) + random.Next(-40, 40);
            var newest = list.FindLastIndex(e => e.Id == id);
            var isNew = newest < 0 || Math.Abs(time - list[newest].Time) > Horizon;
            Assert.Equal(isNew, seen.TryAdd(id, time));
            if (!isNew) continue;
            list.Add((id, time));
            if (list.Count > Capacity) list.RemoveAt(0);
        }
    }
}
