using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Both batchers refuse at once what could not be answered in time: four rows in a run of ten milliseconds, on one instance.</summary>
public sealed class DynamicBatcherSheddingTests
{
    private const int EnoughRuns = 24;

    private static readonly TimeSpan Run = TimeSpan.FromMilliseconds(10);

    public static TheoryData<bool> Kinds => [false, true];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_request_whose_answer_would_come_too_late_is_refused_at_once_and_told_when_to_try_again(bool scheduled)
    {
        var rig = Rig(scheduled);
        var running = await OccupyAsync(rig);
        // Ten milliseconds for the run that is under way and ten for its own, and a tenth of what the deadline leaves for the way.
        var (late, inTime, patient) = (Due(rig, "late", 20), Due(rig, "in time", 23), rig.Entry("patient"));
        var answer = rig.Submit(late);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal((ScoreStatus.Shed, 2), (late.Status, late.RetryAfterMs));
        Assert.Equal("The deadline cannot be met: by the requests before it, its answer would come 2 ms too late", late.Error);
        Task<ScoreStatus>[] admitted = [rig.Submit(inTime), rig.Submit(patient)];
        Assert.Equal(2, rig.Batcher.Queue.Count);
        await rig.FinishAsync([running, .. admitted]);
        Assert.All(admitted, a => Assert.Equal(ScoreStatus.Ok, a.Result));
        Assert.Equal(1, rig.Statistics.FailedWith(ScoreStatus.Shed));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_that_wait_before_it_make_it_later(bool scheduled)
    {
        var rig = Rig(scheduled);
        var running = await OccupyAsync(rig);
        Task<ScoreStatus>[] before = [rig.Submit("a", 2), rig.Submit("b", 2)];
        var (late, inTime) = (Due(rig, "late", 30), Due(rig, "in time", 34));
        Assert.Equal(ScoreStatus.Shed, await rig.Submit(late));
        Assert.Equal(3, late.RetryAfterMs);
        var admitted = rig.Submit(inTime);
        await rig.FinishAsync([running, .. before, admitted]);
        Assert.Equal(ScoreStatus.Ok, await admitted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task The_longer_the_run_under_way_has_lasted_the_sooner_its_turn_is(bool scheduled)
    {
        var rig = Rig(scheduled);
        var running = await OccupyAsync(rig);
        rig.Time.Advance(Run / 2);
        Task<ScoreStatus>[] answers = [rig.Submit(Due(rig, "late", 16)), rig.Submit(Due(rig, "in time", 17))];
        await rig.FinishAsync([running, .. answers]);
        Assert.Equal([ScoreStatus.Shed, ScoreStatus.Ok], await Task.WhenAll(answers));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Requests_that_arrive_together_are_looked_at_one_by_one(bool scheduled)
    {
        var rig = Rig(scheduled);
        var running = await OccupyAsync(rig);
        var waiter = new RecordingWaiter();
        rig.Arrive(waiter, Due(rig, "a", 23), Due(rig, "b", 20), rig.Entry("c", 3), Due(rig, "d", 30), Due(rig, "e", 34));
        Assert.Equal(["b Shed", "d Shed"], waiter.Told.Where(l => l != "flush").Order());
        Assert.Equal(3, rig.Batcher.Queue.Count);
        rig.Gate.Open();
        await waiter.ToldAsync(5, TestContext.Current.CancellationToken);
        await rig.FinishAsync(running);
    }

    [Theory]
    [InlineData(129, true)]
    [InlineData(130, false)]
    public async Task The_way_is_given_ten_milliseconds_at_most(int due, bool isShed)
    {
        var rig = Rig(scheduled: false);
        var running = await OccupyAsync(rig);
        // 120 ms: the run under way, ten full ones and its own.
        Task<ScoreStatus>[] before = [.. Enumerable.Range(0, 10).Select(i => rig.Submit($"{i}", 4))];
        var answer = rig.Submit(Due(rig, "a", due));
        Assert.Equal(isShed, answer.IsCompleted);
        await rig.FinishAsync([running, .. before, answer]);
        Assert.Equal(isShed ? ScoreStatus.Shed : ScoreStatus.Ok, await answer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task With_an_instance_free_nothing_is_forecast(bool scheduled)
    {
        var rig = Rig(scheduled);
        await WarmAsync(rig);
        rig.Gate.Open();
        Assert.Equal(ScoreStatus.Ok, await rig.Submit(Due(rig, "a", 1)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Nobody_is_refused_before_it_is_known_how_long_runs_take(bool scheduled)
    {
        var rig = Rig(scheduled);
        await WarmAsync(rig, EnoughRuns - 1);
        var running = await rig.OccupyAsync();
        var answer = rig.Submit(Due(rig, "a", 1));
        Assert.Equal(1, rig.Batcher.Queue.Count);
        await rig.FinishAsync(running, answer);
        // The run under way took longer than it had: it waited in vain, as ever.
        Assert.Equal(ScoreStatus.DeadlineExceeded, await answer);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_queue_timeout_and_a_deadline_that_has_passed_end_as_they_always_do(bool scheduled)
    {
        var rig = Rig(scheduled);
        var running = await OccupyAsync(rig);
        var (timed, over) = (Due(rig, "timed", 15), Due(rig, "over", 0));
        timed.TimeoutMicroseconds = 1_000;
        Task<ScoreStatus>[] answers = [rig.Submit(timed), rig.Submit(over)];
        Assert.Equal(2, rig.Batcher.Queue.Count);
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        rig.Batcher.ExpireOverdue();
        Assert.Equal([ScoreStatus.QueueTimeout, ScoreStatus.DeadlineExceeded], await Task.WhenAll(answers));
        await rig.FinishAsync(running);
    }

    [Fact]
    public async Task Only_what_runs_before_it_counts_against_a_request_of_a_high_priority()
    {
        var rig = new BatcherRig(configure: b => b.Schedule = new ScheduleSettings { PriorityLevels = 2, DefaultPriority = 2 });
        rig.Gate.InferTakes = Run;
        var running = await OccupyAsync(rig);
        Task<ScoreStatus>[] before = [rig.Submit("a", 4), rig.Submit("b", 4)];
        var (low, high) = (Due(rig, "low", 23), Due(rig, "high", 23));
        high.Priority = 1;
        Assert.Equal(ScoreStatus.Shed, await rig.Submit(low));
        Assert.Equal(20, low.RetryAfterMs);
        var admitted = rig.Submit(high);
        await rig.FinishAsync([running, .. before, admitted]);
        Assert.Equal(ScoreStatus.Ok, await admitted);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_full_queue_is_said_to_be_full(bool scheduled)
    {
        var rig = new BatcherRig(configure: b => (b.MaxQueueSize, b.Schedule) = (1, Schedule(scheduled)));
        rig.Gate.InferTakes = Run;
        var running = await OccupyAsync(rig);
        var (waiting, refused) = (rig.Submit("a"), Due(rig, "b", 1_000));
        Assert.Equal(ScoreStatus.Overloaded, await rig.Submit(refused));
        Assert.Equal(("Exceeds maximum queue size", 0), (refused.Error, refused.RetryAfterMs));
        await rig.FinishAsync(running, waiting);
    }

    private static BatcherRig Rig(bool scheduled)
    {
        var rig = new BatcherRig(configure: b => b.Schedule = Schedule(scheduled));
        rig.Gate.InferTakes = Run;
        return rig;
    }

    private static ScheduleSettings? Schedule(bool scheduled) =>
        scheduled ? new ScheduleSettings { DefaultLimits = new() { Waiting = new(TimeSpan.Zero, AllowTimeoutOverride: true) } } : null;

    // As many runs as are needed to know how long one takes.
    private static async Task WarmAsync(BatcherRig rig, int runs = EnoughRuns)
    {
        rig.Gate.Release(runs);
        for (var i = 0; i < runs; i++)
        {
            Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(rig.Submit($"warm {i}")));
            await rig.Gate.EnteredAsync(TestContext.Current.CancellationToken);
        }
        Assert.Equal(Run.Ticks, rig.Statistics.RecentRunTicks);
    }

    private static async Task<Task<ScoreStatus>> OccupyAsync(BatcherRig rig)
    {
        await WarmAsync(rig);
        return await rig.OccupyAsync();
    }

    private static BatchEntry Due(BatcherRig rig, string id, int milliseconds)
    {
        var entry = rig.Entry(id);
        entry.Deadline = rig.Time.GetTimestamp() + TimeSpan.FromMilliseconds(milliseconds).Ticks;
        return entry;
    }
}
