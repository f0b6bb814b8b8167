using Appliance.Features.Journal;
using FeatureModel.Events;

namespace Appliance.Features.Tests.Journal;

public sealed class DedupIndexTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 100)]
    [InlineData(3, 1500)]
    [InlineData(4, 4096)]
    public void It_remembers_exactly_the_newest_ids(int seed, int capacity)
    {
        var random = new Random(seed);
        var index = new DedupIndex(capacity);
        var order = new Queue<(EventId Id, long Seconds)>();
        var model = new Dictionary<EventId, long>();
        var seconds = 0L;
        for (var i = 0; i < 30_000; i++)
        {
            if (random.Next(200) == 0)
            {
                seconds += random.Next(20);
                index.ForgetBefore(seconds - 30);
                while (order.TryPeek(out var oldest) && oldest.Seconds < seconds - 30) model.Remove(order.Dequeue().Id);
            }
            // Few low halves, so that ids share their place and their tag and differ in the rest only.
            var id = new EventId((ulong)random.Next(64) << random.Next(32), (ulong)random.Next(200));
            Assert.True(index.TryFind(id, out var position) == model.TryGetValue(id, out var expected), $"seed {seed}, round {i}");
            if (position >= 0)
            {
                Assert.Equal(expected, position);
                continue;
            }
            if (order.Count == capacity) model.Remove(order.Dequeue().Id);
            index.Add(id, i, seconds);
            order.Enqueue((id, seconds));
            model[id] = i;
            Assert.Equal(model.Count, index.Count);
            Assert.Equal(model[order.Peek().Id], index.OldestPosition);
        }
    }

    [Fact]
    public void Ids_are_found_over_many_chunks_and_after_their_places_were_used_again()
    {
        const int Capacity = 40_000, Ids = 200_000;
        var index = new DedupIndex(Capacity);
        for (var i = 0; i < Ids; i++)
        {
            index.Add(Id(i), i, i / 1000);
            if (i % 997 != 0) continue;
            var oldest = Math.Max(0, i + 1 - Capacity);
            Assert.Equal((i + 1 - oldest, oldest), (index.Count, index.OldestPosition));
            Assert.True(index.TryFind(Id(oldest), out var first) && first == oldest);
            Assert.Equal(oldest > 0, !index.TryFind(Id(Math.Max(0, oldest - 1)), out _));
        }
        index.ForgetBefore(Ids / 1000);
        Assert.Equal((0, Ids - 1L), (index.Count, index.ForgottenPosition));
        index.Add(Id(0), 7, Ids);
        Assert.True(index.TryFind(Id(0), out var again) && again == 7);
        index.Clear();
        Assert.False(index.TryFind(Id(0), out _));
        Assert.Equal((0, -1L), (index.Count, index.ForgottenPosition));
    }

    // Spread as hashes are.
    private static EventId Id(int number) => new((ulong)number * 0x9E3779B97F4A7C15, (ulong)number * 0xC2B2AE3D27D4EB4F >> 7);

    [Fact]
    public void An_empty_index_holds_nothing_back()
    {
        var index = new DedupIndex(8);
        Assert.Equal(long.MaxValue, index.OldestPosition);
        index.Add(new EventId(0, 0), 5, 1);
        Assert.True(index.TryFind(new EventId(0, 0), out _));
        index.ForgetBefore(2);
        Assert.False(index.TryFind(new EventId(0, 0), out _));
        Assert.Equal(long.MaxValue, index.OldestPosition);
    }
}
