using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>The batcher that tunes itself refuses the end of a queue that stands: four rows in a run of ten milliseconds, on one instance, for 100 ms.</summary>
public sealed class DynamicBatcherStandingQueueTests
{
    private const int EnoughRuns = 24;

    [Fact]
    public async Task Once_a_queue_stands_who_has_a_deadline_and_would_wait_for_long_is_refused_and_told_when_to_try_again()
    {
        var rig = Rig();
        var flood = await FloodAsync(rig, requests: 200);
        await RunAsync(rig, runs: 20);
        var (patient, hasty) = (rig.Entry("patient"), Hasty(rig, "hasty"));
        // The four that have just begun to run, and all that wait.
        var ahead = 4 + rig.Batcher.Queue.Count;
        var wait = (int)Math.Ceiling(ahead * rig.Statistics.RecentRowTicks / (double)TimeSpan.TicksPerMillisecond);
        Assert.Equal(ScoreStatus.StandingQueue, await rig.Submit(hasty));
        Assert.Equal(wait, hasty.RetryAfterMs);
        Assert.Equal($"More requests come than the model answers: what waits before this one takes {wait} ms", hasty.Error);
        var waiting = rig.Submit(patient);
        Assert.False(waiting.IsCompleted);
        Assert.Equal(1, rig.Statistics.FailedWith(ScoreStatus.StandingQueue));
        flood = [.. flood, waiting];
        await rig.FinishAsync(flood);
        Assert.All(flood, f => Assert.Equal(ScoreStatus.Ok, f.Result));
    }

    [Fact]
    public async Task Of_requests_that_arrive_together_each_is_looked_at()
    {
        var rig = Rig();
        var flood = await FloodAsync(rig, requests: 200);
        await RunAsync(rig, runs: 20);
        var waiter = new RecordingWaiter();
        rig.Arrive(waiter, Hasty(rig, "a"), Hasty(rig, "b"));
        Assert.Equal(["a StandingQueue", "b StandingQueue"], waiter.Told.Where(l => l != "flush").Order());
        await rig.FinishAsync(flood);
    }

    [Fact]
    public async Task A_burst_is_taken_while_it_drains()
    {
        var rig = Rig();
        var flood = await FloodAsync(rig, requests: 40);
        await RunAsync(rig, runs: 9);
        var late = rig.Submit(Hasty(rig, "late"));
        Assert.False(late.IsCompleted);
        await rig.FinishAsync([.. flood, late]);
        Assert.Equal(0, rig.Statistics.FailedWith(ScoreStatus.StandingQueue));
    }

    [Fact]
    public async Task When_the_queue_has_drained_the_next_burst_is_taken()
    {
        var rig = Rig();
        var flood = await FloodAsync(rig, requests: 200);
        await RunAsync(rig, runs: 20);
        Assert.Equal(ScoreStatus.StandingQueue, await rig.Submit(Hasty(rig, "refused")));
        await RunAsync(rig, runs: 30);
        rig.Gate.Release();
        foreach (var answer in flood) Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(answer));
        var running = await rig.OccupyAsync();
        Task<ScoreStatus>[] burst = [running, .. Enumerable.Range(0, 40).Select(i => rig.Submit(Hasty(rig, $"{i}")))];
        Assert.Equal(40, rig.Batcher.Queue.Count);
        await rig.FinishAsync(burst);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_queue_for_which_a_configuration_speaks_does_what_that_says(bool scheduled)
    {
        var rig = Rig(scheduled);
        var flood = await FloodAsync(rig, requests: 200);
        await RunAsync(rig, runs: 20);
        var waiting = rig.Submit(Hasty(rig, "waiting"));
        Assert.False(waiting.IsCompleted);
        await rig.FinishAsync([.. flood, waiting]);
        Assert.Equal(ScoreStatus.Ok, await waiting);
    }

    // With a deadline that lies beyond everything that waits.
    private static BatchEntry Hasty(BatcherRig rig, string id)
    {
        var entry = rig.Entry(id);
        entry.Deadline = rig.Time.GetTimestamp() + TimeSpan.TicksPerMinute;
        return entry;
    }

    private static BatcherRig Rig()
    {
        var rig = new BatcherRig(configure: b => (b.MaxQueueSize, b.MayStandFor) = (1000, TimeSpan.FromMilliseconds(100)));
        rig.Gate.InferTakes = TimeSpan.FromMilliseconds(10);
        return rig;
    }

    // One that asks for a schedule, or has a queue policy: no time for which it may stand is handed to the batcher then.
    private static BatcherRig Rig(bool scheduled)
    {
        var rig = new BatcherRig(configure: b => (b.MaxQueueSize, b.Schedule) = (1000, scheduled ? new ScheduleSettings() : null));
        rig.Gate.InferTakes = TimeSpan.FromMilliseconds(10);
        return rig;
    }

    // It is known how long runs take, one has begun, and so many requests wait.
    private static async Task<Task<ScoreStatus>[]> FloodAsync(BatcherRig rig, int requests)
    {
        rig.Gate.Release(EnoughRuns);
        for (var i = 0; i < EnoughRuns; i++)
        {
            Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(rig.Submit($"warm {i}")));
            await rig.Gate.EnteredAsync(TestContext.Current.CancellationToken);
        }
        var running = await rig.OccupyAsync();
        return [running, .. Enumerable.Range(0, requests).Select(i => rig.Submit($"{i}"))];
    }

    // Lets so many runs end, and returns when the next has begun.
    private static async Task RunAsync(BatcherRig rig, int runs)
    {
        for (var i = 0; i < runs; i++)
        {
            rig.Gate.Release();
            await rig.Gate.EnteredAsync(TestContext.Current.CancellationToken);
        }
    }
}
