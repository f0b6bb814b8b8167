using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>The case of ordered answers in Triton's L0_batcher and those of queued requests in its L0_request_cancellation, under their names there.</summary>
public sealed class TritonOrderingTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Multi_batch_preserve_ordering()
    {
        var rig = new TritonRig(new ScheduleSettings { PreserveOrdering = true }, maxBatchSize: 4, instances: 2, held: true);
        var order = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var waiters = Enumerable.Range(0, 3).Select(_ => new TestKit.RecordingWaiter(log: order)).ToArray();
        // Three batches on two instances: the first to start ends last.
        var slow = Task.Run(() => rig.Rig.Arrive(waiters[0], Entries(rig, "a", "b", "c", "d")), Cancellation);
        var gates = rig.Rig.Gates;
        var taken = await FirstEnteredAsync(gates);
        var quick = Task.Run(() => rig.Rig.Arrive(waiters[1], Entries(rig, "e", "f", "g", "h")), Cancellation);
        var other = gates.Single(g => g != taken);
        await other.EnteredAsync(Cancellation);
        rig.Rig.Arrive(waiters[2], Entries(rig, "i", "j"));
        other.Release();
        await quick;
        await other.EnteredAsync(Cancellation);
        other.Release();
        Assert.Empty(order);
        taken.Release();
        await slow;
        foreach (var (waiter, count) in waiters.Zip([4, 4, 2])) await waiter.ToldAsync(count, Cancellation);
        Assert.Equal(["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"], order.Where(l => l != "flush").Select(l => l.Split(' ')[0]));
    }

    [Fact]
    public async Task Answers_keep_no_order_where_none_is_asked_for()
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4] }, maxBatchSize: 4, instances: 2, held: true);
        var (slow, quick) = (new TestKit.RecordingWaiter(), new TestKit.RecordingWaiter());
        var first = Task.Run(() => rig.Rig.Arrive(slow, Entries(rig, "a")), Cancellation);
        var taken = await FirstEnteredAsync(rig.Rig.Gates);
        var other = rig.Rig.Gates.Single(g => g != taken);
        other.Open();
        rig.Rig.Arrive(quick, Entries(rig, "b"));
        await quick.ToldAsync(1, Cancellation);
        Assert.Empty(slow.Told);
        taken.Open();
        await first;
        await slow.ToldAsync(1, Cancellation);
    }

    [Fact]
    public async Task Dynamic_batch_scheduler_request_cancellation()
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4], MaxQueueDelay = TritonRig.QueueDelay }, maxBatchSize: 4, held: true);
        // The only instance is busy, one request queues up and is cancelled there.
        var running = await rig.OccupyAsync("running", 4);
        var queued = rig.Entry("queued", 4);
        var answer = rig.Rig.Submit(queued);
        var behind = rig.Send("behind", 4);
        Assert.True(rig.Rig.Batcher.TryCancel(queued));
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(answer));
        Assert.False(running.IsCompleted);
        rig.Waits(behind);
        rig.Gate.Open();
        await TritonRig.AnsweredAsync(running, behind);
        Assert.Equal(["running", "behind"], rig.Ran);
        Assert.Equal(1, rig.Rig.Statistics.FailedWith(ScoreStatus.Cancelled));
    }

    [Fact]
    public async Task A_cancellation_that_leaves_a_preferred_size_closes_the_batch()
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4], MaxQueueDelay = TritonRig.QueueDelay });
        var odd = rig.Entry("odd", 1);
        var (cancelled, waiting) = (rig.Rig.Submit(odd), rig.Send("a", 2));
        Assert.True(rig.Rig.Batcher.TryCancel(odd));
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(cancelled));
        rig.Waits(waiting);
        await TritonRig.AnsweredAsync(rig.Send("b", 2), waiting);
        Assert.Equal(["a b"], rig.Ran);
    }

    [Fact]
    public async Task A_request_that_runs_is_not_cancelled_any_more()
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4] }, held: true);
        var entry = rig.Entry("a", 1);
        var running = Task.Run(() => rig.Rig.Submit(entry), Cancellation);
        await rig.Gate.EnteredAsync(Cancellation);
        Assert.False(rig.Rig.Batcher.TryCancel(entry));
        rig.Gate.Open();
        await TritonRig.AnsweredAsync(running);
    }

    private static BatchEntry[] Entries(TritonRig rig, params string[] ids) => [.. ids.Select(id => rig.Entry(id, 1))];

    private static async Task<TestKit.GatedModelInstance> FirstEnteredAsync(TestKit.GatedModelInstance[] gates)
    {
        // Free instances are taken from the end.
        await gates[^1].EnteredAsync(Cancellation);
        return gates[^1];
    }
}
