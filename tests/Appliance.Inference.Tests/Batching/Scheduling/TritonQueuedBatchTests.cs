using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;

namespace Appliance.Inference.Tests.Batching.Scheduling;

/// <summary>Cases of Triton's L0_batcher in which requests are queued before the batcher looks at them, each under its name there.</summary>
public sealed class TritonQueuedBatchTests
{
    private static readonly ScheduleSettings Delayed = new() { PreferredSizes = [2, 6], MaxQueueDelay = TritonRig.QueueDelay };
    private static readonly ScheduleSettings Undelayed = new() { PreferredSizes = [4, 6] };

    [Fact]
    public async Task Multi_batch_delayed_sum_gt_max_preferred()
    {
        var rig = new TritonRig(Delayed);
        var answers = rig.SendTogether(3, 4);
        await TritonRig.AnsweredAsync(answers[0]);
        rig.Waits(answers[1]);
        rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(answers[1]);
        Assert.Equal([3, 4], rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_delayed_use_max_batch()
    {
        // The oldest has waited for the delay: all that one batch holds goes, not only what is preferred.
        var rig = new TritonRig(Delayed, held: true);
        var blocker = await rig.OccupyAsync("blocker", 2);
        var answers = new[] { rig.Send("a", 1), rig.Send("b", 1), rig.Send("c", 5), rig.Send("d", 1) };
        rig.Advance(TritonRig.QueueDelay);
        rig.Waits(answers);
        rig.Gate.Open();
        await TritonRig.AnsweredAsync([blocker, .. answers]);
        Assert.Equal(["blocker", "a b c d"], rig.Ran);
    }

    [Fact]
    public async Task Multi_batch_delayed_preferred_different_shape()
    {
        var rig = new TritonRig(Delayed);
        await TritonRig.AnsweredAsync(rig.SendTogether(("a", 1, 16), ("b", 3, 16), ("c", 1, 8), ("d", 5, 8)));
        Assert.Equal(["a b", "c d"], rig.Ran);
    }

    [Fact]
    public async Task Multi_batch_use_biggest_preferred()
    {
        var rig = new TritonRig(Delayed);
        await TritonRig.AnsweredAsync(rig.SendTogether(1, 1, 1, 1, 1, 1));
        Assert.Equal([6], rig.Batches);
    }

    [Fact]
    public async Task Multi_batch_use_best_preferred()
    {
        var rig = new TritonRig(Delayed);
        var answers = rig.SendTogether(1, 1, 1);
        await TritonRig.AnsweredAsync(answers[..2]);
        rig.Waits(answers[2]);
        rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(answers);
        Assert.Equal([2, 1], rig.Batches);
    }

    [Fact]
    public Task Preferred_batch_only_aligned() => RunAsync(requests: 4, batches: [4]);

    [Fact]
    public Task Preferred_batch_only_unaligned() => RunAsync(requests: 5, batches: [4, 1]);

    [Fact]
    public Task Preferred_batch_only_use_biggest_preferred() => RunAsync(requests: 7, batches: [6, 1]);

    [Fact]
    public Task Preferred_batch_only_use_no_preferred_size() => RunAsync(requests: 3, batches: [3]);

    [Fact]
    public async Task Max_queue_delay_only_non_default()
    {
        var rig = new TritonRig(new ScheduleSettings { MaxQueueDelay = TritonRig.QueueDelay }, maxBatchSize: 100);
        var answers = Enumerable.Range(0, 12).Select(i => rig.Send($"{i}", 1)).ToArray();
        rig.Waits(answers);
        rig.Advance(TritonRig.QueueDelay);
        await TritonRig.AnsweredAsync(answers);
        Assert.Equal([12], rig.Batches);
    }

    [Fact]
    public async Task Max_queue_delay_only_default()
    {
        var rig = new TritonRig(new ScheduleSettings { PriorityLevels = 1, DefaultPriority = 1 }, maxBatchSize: 100, held: true);
        var first = await rig.OccupyAsync("first", 1);
        var answers = Enumerable.Range(0, 11).Select(i => rig.Send($"{i}", 1)).ToArray();
        rig.Waits(answers);
        rig.Gate.Open();
        await TritonRig.AnsweredAsync([first, .. answers]);
        Assert.Equal([1, 11], rig.Batches);
    }

    [Fact]
    public async Task A_batch_of_the_largest_size_goes_at_once_where_only_a_delay_is_asked_for()
    {
        var rig = new TritonRig(new ScheduleSettings { MaxQueueDelay = TritonRig.QueueDelay });
        await TritonRig.AnsweredAsync([rig.Send("a", 5), rig.Send("b", 3)]);
        Assert.Equal(BatchClose.Full, Assert.Single(rig.Gate.Batches).Reason);
    }

    private static async Task RunAsync(int requests, int[] batches)
    {
        var rig = new TritonRig(Undelayed);
        await TritonRig.AnsweredAsync(rig.SendTogether([.. Enumerable.Repeat(1, requests)]));
        Assert.Equal(batches, rig.Batches);
    }
}
