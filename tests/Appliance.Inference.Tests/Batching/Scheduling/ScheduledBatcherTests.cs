using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using TestKit;

namespace Appliance.Inference.Tests.Batching.Scheduling;

public sealed class ScheduledBatcherTests
{
    private static readonly ScheduleSettings Timed = new()
    {
        PreferredSizes = [4],
        MaxQueueDelay = TritonRig.QueueDelay,
        DefaultLimits = new() { Waiting = new(TimeSpan.FromSeconds(1), AllowTimeoutOverride: true) },
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_cancels_a_request_never_tells_another_of_its_timeout()
    {
        // Whoever cancels may hold the gate of a connection; two who tell each other's would wait for ever.
        var rig = new TritonRig(Timed);
        var waiter = new RecordingWaiter();
        var cancelling = 0;
        var toldWithin = false;
        waiter.OnCompleted = _ => toldWithin = Volatile.Read(ref cancelling) == Environment.CurrentManagedThreadId;
        var overdue = rig.Entry("overdue", 1, timeoutUs: 500_000);
        rig.Rig.Arrive(waiter, overdue);
        var cancelled = rig.Entry("cancelled", 1);
        var answer = rig.Rig.Submit(cancelled);
        // The clock has moved on and nobody was woken yet.
        rig.Rig.Time.OnTimestamp(() => rig.Advance(0.5));
        Volatile.Write(ref cancelling, Environment.CurrentManagedThreadId);
        Assert.True(rig.Rig.Batcher.TryCancel(cancelled));
        Volatile.Write(ref cancelling, 0);
        await waiter.ToldAsync(1, Cancellation);
        Assert.Equal(["overdue QueueTimeout"], waiter.Told.Where(l => l != "flush"));
        Assert.False(toldWithin);
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(answer));
    }

    [Fact]
    public async Task A_batch_that_is_due_on_arrival_runs_on_the_thread_that_brought_it()
    {
        var rig = new TritonRig(Timed);
        var thread = 0;
        rig.Gate.Poison = _ =>
        {
            thread = Environment.CurrentManagedThreadId;
            return false;
        };
        var waiting = rig.Send("a", 1);
        rig.Waits(waiting);
        Assert.True(rig.Send("b", 3).IsCompletedSuccessfully);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        await TritonRig.AnsweredAsync(waiting);
    }

    [Fact]
    public async Task Every_free_instance_takes_a_batch_of_what_arrives_together()
    {
        var rig = new TritonRig(new ScheduleSettings { PreferredSizes = [4] }, maxBatchSize: 4, instances: 2, held: true);
        var sending = Task.Run(() => rig.SendTogether(4, 4, 4), Cancellation);
        foreach (var gate in rig.Rig.Gates) await gate.EnteredAsync(Cancellation);
        Assert.Equal(1, rig.Waiting);
        foreach (var gate in rig.Rig.Gates) gate.Open();
        await TritonRig.AnsweredAsync(await sending);
        Assert.All(rig.Rig.Gates, g => Assert.Equal(0, g.Overlaps));
    }

    [Fact]
    public async Task A_request_in_a_batch_that_fails_does_not_take_the_others_with_it()
    {
        var rig = new TritonRig(Timed);
        rig.Gate.Poison = e => e.Id.Span.SequenceEqual("bad"u8);
        var answers = rig.SendTogether(("a", 2, 1), ("bad", 1, 1), ("b", 1, 1));
        Assert.Equal([ScoreStatus.Ok, ScoreStatus.Faulted, ScoreStatus.Ok], await Task.WhenAll(answers.Select(BatcherRig.Ends)));
    }

    [Fact]
    public async Task The_queues_depth_and_the_age_of_its_oldest_span_all_priorities()
    {
        var rig = new TritonRig(Timed with { PriorityLevels = 3, DefaultPriority = 3, DefaultLimits = new() });
        var start = rig.Rig.Time.GetTimestamp();
        Assert.Equal((0, 0L), rig.Rig.Batcher.Queue);
        Task<ScoreStatus>[] answers = [rig.Send("low", 1)];
        rig.Advance(1);
        answers = [.. answers, rig.Send("high", 1, priority: 1)];
        Assert.Equal((2, start), rig.Rig.Batcher.Queue);
        rig.Advance(9);
        await TritonRig.AnsweredAsync(answers);
        Assert.Equal(["high low"], rig.Ran);
    }
}
