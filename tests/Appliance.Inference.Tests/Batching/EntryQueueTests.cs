using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching;

public sealed class EntryQueueTests
{
    private readonly EntryQueue _queue = new();

    [Fact]
    public void Entries_leave_in_the_order_in_which_they_came()
    {
        BatchEntry[] entries = [Add(1), Add(2), Add(3)];
        Assert.Equal(entries, Walk());
        Assert.Equal((3, 6), (_queue.Count, _queue.Rows));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Any_one_can_be_taken_out(int at)
    {
        List<BatchEntry> entries = [Add(1), Add(2), Add(3)];
        var taken = entries[at];
        _queue.Remove(taken);
        entries.RemoveAt(at);
        Assert.Equal(entries, Walk());
        Assert.Equal((2, 6 - taken.Rows), (_queue.Count, _queue.Rows));
        Assert.Null(taken.Next);
        Assert.Null(taken.Previous);
    }

    [Fact]
    public void An_entry_taken_out_is_no_longer_queued_so_that_nobody_takes_it_out_again()
    {
        var entry = Add(1);
        Assert.Equal(EntryPhase.Queued, entry.Phase);
        _queue.Remove(entry);
        Assert.NotEqual(EntryPhase.Queued, entry.Phase);
    }

    [Fact]
    public void An_emptied_queue_fills_again()
    {
        _queue.Remove(Add(1));
        Assert.Null(_queue.Head);
        Assert.Equal((0, 0), (_queue.Count, _queue.Rows));
        BatchEntry[] entries = [Add(2), Add(3)];
        Assert.Equal(entries, Walk());
    }

    [Fact]
    public void It_agrees_with_a_list_over_random_changes()
    {
        var random = new Random(3);
        var model = new List<BatchEntry>();
        for (var step = 0; step < 10_000; step++)
        {
            if (model.Count == 0 || random.Next(2) == 0) model.Add(Add(random.Next(5)));
            else
            {
                var at = random.Next(model.Count);
                _queue.Remove(model[at]);
                model.RemoveAt(at);
            }
            Assert.Equal((model.Count, model.Sum(e => e.Rows)), (_queue.Count, _queue.Rows));
            Assert.Same(model.Count == 0 ? null : model[0], _queue.Head);
        }
        Assert.Equal(model, Walk());
    }

    private BatchEntry Add(int rows)
    {
        var entry = new BatchEntry { Rows = rows };
        _queue.Enqueue(entry);
        return entry;
    }

    private List<BatchEntry> Walk()
    {
        var entries = new List<BatchEntry>();
        for (var entry = _queue.Head; entry is not null; entry = entry.Next) entries.Add(entry);
        return entries;
    }
}
