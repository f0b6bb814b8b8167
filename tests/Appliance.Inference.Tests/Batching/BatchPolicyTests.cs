using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching;

public sealed class BatchPolicyTests
{
    [Theory]
    // An instance is free and nothing waits: here, at once.
    [InlineData(false, true, 0, 1, false, BatchDecision.RunHere)]
    [InlineData(true, true, 0, 1, false, BatchDecision.RunHere)]
    // More may be coming: a model that gains from batches waits behind them, another does not.
    [InlineData(true, true, 0, 1, true, BatchDecision.RunSoon)]
    [InlineData(false, true, 0, 1, true, BatchDecision.RunHere)]
    // Others wait already: nobody overtakes them.
    [InlineData(false, true, 1, 1, false, BatchDecision.RunSoon)]
    [InlineData(true, true, 9, 2, false, BatchDecision.RunSoon)]
    // Runs too long for the caller's thread.
    [InlineData(false, false, 0, 1, false, BatchDecision.RunSoon)]
    [InlineData(true, false, 0, 1, true, BatchDecision.RunSoon)]
    // Nothing is free.
    [InlineData(false, true, 0, 0, false, BatchDecision.Wait)]
    [InlineData(true, true, 9, 0, true, BatchDecision.Wait)]
    // The queue is full.
    [InlineData(true, true, 10, 0, false, BatchDecision.Refuse)]
    [InlineData(true, true, 10, 1, false, BatchDecision.Refuse)]
    [InlineData(false, false, 10, 1, false, BatchDecision.Refuse)]
    public void An_arrival_runs_waits_or_is_refused(bool gathers, bool ownThread, int queued, int free, bool moreArriving, BatchDecision expected) =>
        Assert.Equal(expected, new BatchPolicy(8, maxQueueSize: 10, gathers, ownThread).OnArrival(queued, free, moreArriving));

    [Theory]
    // Nobody is handed over, whether batching pays or not.
    [InlineData(false, true, 1, BatchDecision.RunHere)]
    [InlineData(true, true, 2, BatchDecision.RunHere)]
    // Runs too long for the thread that brought them.
    [InlineData(false, false, 1, BatchDecision.RunSoon)]
    [InlineData(true, false, 2, BatchDecision.RunSoon)]
    // Nothing is free.
    [InlineData(true, true, 0, BatchDecision.Wait)]
    [InlineData(false, false, 0, BatchDecision.Wait)]
    public void Requests_that_arrive_together_run_here_elsewhere_or_wait(bool gathers, bool ownThread, int free, BatchDecision expected) =>
        Assert.Equal(expected, new BatchPolicy(8, maxQueueSize: 10, gathers, ownThread).OnArrivalOfMany(free, queuedRows: 3));

    [Theory]
    [InlineData(10, 9, false)]
    [InlineData(10, 10, true)]
    [InlineData(10, 11, true)]
    [InlineData(0, 0, true)]
    public void A_queue_is_full_with_as_many_as_may_wait(int maxQueueSize, int queued, bool full) =>
        Assert.Equal(full, new BatchPolicy(8, maxQueueSize, gathers: true, ownThread: true).IsFull(queued));

    [Theory]
    [InlineData(1, 10, BatchDecision.RunHere)]
    [InlineData(1, 11, BatchDecision.RunSoon)]
    [InlineData(0, 11, BatchDecision.Wait)]
    public void More_rows_than_are_short_to_run_leave_the_thread_that_brought_them(int free, int rows, BatchDecision expected) =>
        Assert.Equal(expected, new BatchPolicy(8, 100, gathers: true, ownThread: true, ownThreadRows: 10).OnArrivalOfMany(free, rows));

    [Theory]
    [InlineData(16, false, false, false, BatchClose.Full)]
    [InlineData(16, true, true, true, BatchClose.Full)]
    [InlineData(17, false, false, false, BatchClose.Full)]
    [InlineData(8, true, false, false, BatchClose.ShapeChange)]
    [InlineData(5, false, true, false, BatchClose.NoRoom)]
    [InlineData(5, false, false, false, BatchClose.InstanceFree)]
    [InlineData(5, false, false, true, BatchClose.InstanceFree)]
    public void A_batch_closes_for_a_reason(int rows, bool byShape, bool byRoom, bool here, BatchClose expected) =>
        Assert.Equal(expected, new BatchPolicy(16, 10, gathers: true, ownThread: true).ReasonFor(rows, byShape, byRoom, here));

    [Fact]
    public void A_request_that_runs_where_it_arrives_because_batching_does_not_pay_is_inline()
    {
        var policy = new BatchPolicy(16, 10, gathers: false, ownThread: true);
        Assert.Equal(BatchClose.Inline, policy.ReasonFor(1, false, false, ranWhereItArrived: true));
        Assert.Equal(BatchClose.InstanceFree, policy.ReasonFor(1, false, false, ranWhereItArrived: false));
    }

    [Fact]
    public void A_model_without_a_batch_dimension_is_always_unbatched() =>
        Assert.Equal(BatchClose.Unbatched, new BatchPolicy(0, 10, gathers: false, ownThread: true).ReasonFor(1, true, true, true));
}
