using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

public sealed class SchedulePolicyTests
{
    private const long Delay = 100;

    [Theory]
    // The largest preferred size that the queue fills, and no more.
    [InlineData(new[] { 1, 1 }, 0, 2, BatchClose.Preferred)]
    [InlineData(new[] { 1, 1, 1 }, 0, 2, BatchClose.Preferred)]
    [InlineData(new[] { 2, 4 }, 0, 2, BatchClose.Preferred)]
    [InlineData(new[] { 1, 1, 4, 1 }, 0, 3, BatchClose.Preferred)]
    // Past the largest preferred size there is nothing to wait for.
    [InlineData(new[] { 7 }, 0, 1, BatchClose.InstanceFree)]
    [InlineData(new[] { 3, 4 }, 0, 1, BatchClose.NoRoom)]
    [InlineData(new[] { 3, 6 }, 0, 1, BatchClose.NoRoom)]
    // The oldest has waited long enough: all that one batch holds.
    [InlineData(new[] { 1 }, 100, 1, BatchClose.QueueDelay)]
    [InlineData(new[] { 1, 1, 1 }, 100, 3, BatchClose.QueueDelay)]
    [InlineData(new[] { 1, 1, 5 }, 101, 3, BatchClose.QueueDelay)]
    [InlineData(new[] { 1, 1, 6 }, 100, 3, BatchClose.Full)]
    [InlineData(new[] { 3, 4, 4 }, 100, 2, BatchClose.NoRoom)]
    // A request without rows counts as one.
    [InlineData(new[] { 0, 0 }, 0, 2, BatchClose.Preferred)]
    // Nothing yet.
    [InlineData(new[] { 1 }, 99, 0, default(BatchClose))]
    [InlineData(new[] { 3 }, 0, 0, default(BatchClose))]
    [InlineData(new[] { 3, 1 }, 99, 0, default(BatchClose))]
    [InlineData(new int[0], 1000, 0, default(BatchClose))]
    public void A_batch_is_closed_or_waited_for(int[] rows, long age, int take, BatchClose reason)
    {
        var decision = Decide(new SchedulePolicy(8, [2, 6], Delay), rows, age);
        Assert.Equal((take, reason), (decision.Take, decision.Reason));
        if (take == 0) Assert.Equal(rows.Length == 0 ? long.MaxValue : Delay, decision.Until);
    }

    [Fact]
    public void It_waits_no_longer_than_until_the_first_timeout()
    {
        var policy = new SchedulePolicy(8, [2, 6], Delay);
        var pending = PendingBatch.Empty;
        Assert.True(policy.TryAdd(ref pending, 1, merges: true, queuedAt: 10, timeout: 300));
        Assert.Equal(110, policy.Decide(pending, now: 20).Until);
        Assert.True(policy.TryAdd(ref pending, 2, merges: true, queuedAt: 5, timeout: 60));
        Assert.Equal(60, policy.Decide(pending, now: 20).Until);
        Assert.Equal(60, pending.ClosestTimeout);
    }

    [Fact]
    public void Another_shape_ends_the_batch_before_it()
    {
        var policy = new SchedulePolicy(8, [2, 6], Delay);
        var pending = PendingBatch.Empty;
        Assert.True(policy.TryAdd(ref pending, 1, merges: false, 0, long.MaxValue));
        Assert.False(policy.TryAdd(ref pending, 1, merges: false, 0, long.MaxValue));
        Assert.Equal(new(1, 0, BatchClose.ShapeChange), policy.Decide(pending, now: 0));
    }

    [Theory]
    [InlineData(0, new[] { 1, 1, 1 }, 1, BatchClose.Unbatched)]
    [InlineData(4, new[] { 1, 1, 1 }, 3, BatchClose.InstanceFree)]
    [InlineData(4, new[] { 1, 1, 1, 1, 1 }, 4, BatchClose.Full)]
    [InlineData(4, new[] { 3, 2 }, 1, BatchClose.NoRoom)]
    public void Without_delay_and_preferred_sizes_all_that_one_batch_holds_goes(int maxBatchSize, int[] rows, int take, BatchClose reason) =>
        Assert.Equal(new(take, 0, reason), Decide(new SchedulePolicy(maxBatchSize, [], delay: 0), rows, age: 0));

    [Fact]
    public void A_model_without_batches_never_waits() =>
        Assert.Equal(new(1, 0, BatchClose.Unbatched), Decide(new SchedulePolicy(0, [], Delay), [1], age: 0));

    private static ScheduleDecision Decide(SchedulePolicy policy, int[] rows, long age)
    {
        var pending = PendingBatch.Empty;
        foreach (var r in rows)
        {
            if (!policy.TryAdd(ref pending, r, merges: true, queuedAt: 0, timeout: long.MaxValue)) break;
        }
        return policy.Decide(pending, now: age);
    }
}
