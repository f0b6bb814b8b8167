using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using TestKit;

namespace Appliance.Inference.Tests.Batching.Scheduling;

public sealed class AnswerOrderTests
{
    private readonly RecordingWaiter _waiter = new();
    private readonly AnswerOrder _order = new();

    [Fact]
    public void A_batch_that_is_done_early_is_told_with_the_one_before_it()
    {
        long[] turns = [_order.Begin(), _order.Begin(), _order.Begin()];
        _order.End(turns[1], Done("b"));
        Assert.Empty(_waiter.Told);
        _order.End(turns[0], Done("a"));
        Assert.Equal(["a Ok", "flush", "b Ok", "flush"], _waiter.Told);
        _order.End(turns[2], Done("c"));
        Assert.Equal("c Ok", _waiter.Told[4]);
    }

    [Fact]
    public void A_batch_without_anybody_to_tell_holds_nobody_up()
    {
        long[] turns = [_order.Begin(), _order.Begin()];
        _order.End(turns[0], null);
        _order.End(turns[1], Done("b"));
        Assert.Equal(["b Ok", "flush"], _waiter.Told);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Any_number_of_batches_keep_their_order_in_whatever_order_they_end(int seed)
    {
        var random = new Random(seed);
        var open = new List<long>();
        for (var i = 0; i < 300; i++)
        {
            open.Add(_order.Begin());
            // Few or many are under way: the ring grows, and wraps.
            while (open.Count > 0 && random.Next(i % 100 < 60 ? 3 : 2) == 0)
            {
                var ended = random.Next(open.Count);
                _order.End(open[ended], Done($"{open[ended]}"));
                open.RemoveAt(ended);
            }
        }
        while (open.Count > 0)
        {
            var ended = random.Next(open.Count);
            _order.End(open[ended], Done($"{open[ended]}"));
            open.RemoveAt(ended);
        }
        Assert.Equal(Enumerable.Range(0, 300).Select(i => $"{i} Ok"), _waiter.Told.Where(l => l != "flush"));
    }

    [Fact]
    public void A_batch_that_ends_while_answers_are_told_is_told_after_them()
    {
        long[] turns = [_order.Begin(), _order.Begin()];
        _waiter.OnCompleted = _ =>
        {
            _waiter.OnCompleted = null;
            _order.End(turns[1], Done("b"));
            Assert.Equal(["a Ok"], _waiter.Told);
        };
        _order.End(turns[0], Done("a"));
        Assert.Equal(["a Ok", "flush", "b Ok", "flush"], _waiter.Told);
    }

    private BatchEntry Done(string id) => _waiter.Awaits(new EntryBuilder().WithId(id).Build());
}
