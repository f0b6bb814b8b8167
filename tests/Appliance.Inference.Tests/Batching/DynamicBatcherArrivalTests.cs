using Appliance.Inference.Batching;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Requests that arrive together run together, on the thread that brought them where they may.</summary>
public sealed class DynamicBatcherArrivalTests
{
    private readonly RecordingWaiter _waiter = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task With_an_instance_free_they_run_here_in_one_batch_and_are_told_by_the_time_they_are_submitted(bool gathers)
    {
        var rig = new BatcherRig(configure: b => b.Gathers = gathers);
        rig.Gate.Open();
        var thread = 0;
        rig.Gate.Poison = _ =>
        {
            thread = Environment.CurrentManagedThreadId;
            return false;
        };
        BatchEntry[] entries = [rig.Entry("a", value: 1), rig.Entry("b", rows: 2, value: 2), rig.Entry("c", value: 3)];
        rig.Arrive(_waiter, entries);
        Assert.Equal(["a Ok", "b Ok", "c Ok", "flush"], _waiter.Told);
        Assert.Equal(Environment.CurrentManagedThreadId, thread);
        Assert.Equal(["a b c"], rig.Ran);
        Assert.Equal([[1f], [2f, 2f], [3f]], entries.Select(BatcherRig.Answer));
        await rig.FinishAsync();
    }

    [Fact]
    public async Task More_than_one_batch_takes_run_one_after_the_other_in_order()
    {
        var rig = new BatcherRig(maxBatchSize: 4);
        rig.Gate.Open();
        rig.Arrive(_waiter, Entries(rig, 10));
        Assert.Equal(["0 1 2 3", "4 5 6 7", "8 9"], rig.Ran);
        Assert.Equal([.. Ok(0, 4), "flush", .. Ok(4, 4), "flush", .. Ok(8, 2), "flush"], _waiter.Told);
        await rig.FinishAsync();
    }

    [Fact]
    public async Task Without_a_batch_dimension_each_runs_by_itself()
    {
        var rig = new BatcherRig(maxBatchSize: 0);
        rig.Gate.Open();
        rig.Arrive(_waiter, Entries(rig, 3));
        Assert.Equal(["0", "1", "2"], rig.Ran);
        Assert.Equal(["0 Ok", "flush", "1 Ok", "flush", "2 Ok", "flush"], _waiter.Told);
        await rig.FinishAsync();
    }

    [Fact]
    public async Task With_no_instance_free_they_wait_and_run_when_one_is_given_back()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        rig.Arrive(_waiter, Entries(rig, 3));
        Assert.Empty(_waiter.Told);
        Assert.Equal(3, rig.Batcher.Queue.Count);
        rig.Gate.Open();
        await _waiter.ToldAsync(3, Cancellation);
        await rig.FinishAsync(first);
        Assert.Equal(["first", "0 1 2"], rig.Ran);
        Assert.Equal(Ok(0, 3), _waiter.Told.Take(3));
    }

    [Fact]
    public async Task Runs_too_long_for_this_thread_go_to_the_scheduler_in_one_batch()
    {
        using var scheduler = new RunScheduler(1);
        var rig = new BatcherRig(configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        string? thread = null;
        _waiter.OnCompleted = _ => thread = Thread.CurrentThread.Name;
        rig.Arrive(_waiter, Entries(rig, 3));
        Assert.Empty(_waiter.Told);
        rig.Gate.Open();
        await _waiter.ToldAsync(3, Cancellation);
        Assert.Equal("inference-0", thread);
        await rig.FinishAsync();
        Assert.Equal(["0 1 2"], rig.Ran);
    }

    [Fact]
    public async Task Those_that_came_before_go_first_and_their_own_callers_hear_of_them()
    {
        using var scheduler = new RunScheduler(1);
        var (rig, release) = await WithRunsHeldBackAsync(scheduler);
        rig.Gate.Open();
        var before = rig.Submit(rig.Entry("before"), moreArriving: true);
        Assert.False(before.IsCompleted);
        rig.Arrive(_waiter, Entries(rig, 2));
        Assert.Equal(["0 Ok", "1 Ok", "flush"], _waiter.Told);
        Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(before));
        Assert.Equal(["before 0 1"], rig.Ran);
        await release();
        await rig.FinishAsync();
    }

    [Fact]
    public async Task This_thread_runs_as_many_as_it_brought_and_leaves_the_rest_to_others()
    {
        using var scheduler = new RunScheduler(1);
        var (rig, release) = await WithRunsHeldBackAsync(scheduler);
        rig.Gate.Open();
        Task<ScoreStatus>[] before = [.. Enumerable.Range(0, 6).Select(i => rig.Submit(rig.Entry($"before{i}"), moreArriving: true))];
        rig.Arrive(_waiter, Entries(rig, 2));
        Assert.Equal(["before0 before1 before2 before3"], rig.Ran);
        Assert.Empty(_waiter.Told);
        await release();
        await _waiter.ToldAsync(2, Cancellation);
        await rig.FinishAsync(before);
        Assert.Equal(["before0 before1 before2 before3", "before4 before5 0 1"], rig.Ran);
    }

    [Theory]
    // An instance takes two of them, four may wait.
    [InlineData(true, 6)]
    [InlineData(false, 4)]
    public async Task A_full_queue_refuses_those_beyond_what_an_instance_takes_and_what_may_wait(bool free, int served)
    {
        var rig = new BatcherRig(maxBatchSize: 2, configure: b => b.MaxQueueSize = 4);
        Task<ScoreStatus>[] first = free ? [] : [await rig.OccupyAsync()];
        if (free) rig.Gate.Open();
        var entries = Entries(rig, 10);
        rig.Arrive(_waiter, entries);
        Assert.Equal(10 - served, entries.Count(e => e.Status == ScoreStatus.Overloaded));
        rig.Gate.Open();
        await _waiter.ToldAsync(10, Cancellation);
        Assert.All(entries[..served], e => Assert.Equal(ScoreStatus.Ok, e.Status));
        Assert.All(entries[served..], e => Assert.Equal((ScoreStatus.Overloaded, "Exceeds maximum queue size"), (e.Status, e.Error)));
        Assert.Equal(10 - served, rig.Statistics.FailedWith(ScoreStatus.Overloaded));
        await rig.FinishAsync(first);
        Assert.Equal(10, _waiter.Told.Count(line => line != "flush"));
    }

    [Fact]
    public async Task Where_nothing_may_wait_a_free_instance_still_takes_one()
    {
        var rig = new BatcherRig(configure: b => b.MaxQueueSize = 0);
        rig.Gate.Open();
        rig.Arrive(_waiter, rig.Entry("a"));
        Assert.Equal(["a Ok", "flush"], _waiter.Told);
        await rig.FinishAsync();
    }

    [Fact]
    public async Task One_whose_time_is_over_does_not_run_and_the_others_do()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        rig.Arrive(_waiter, rig.Entry("a"), Late(rig, "late"), rig.Entry("b"));
        Assert.Equal(["a Ok", "b Ok", "late DeadlineExceeded", "flush"], _waiter.Told);
        Assert.Equal(["a b"], rig.Ran);
        rig.Arrive(_waiter, Late(rig, "alone"));
        Assert.Equal(["alone DeadlineExceeded", "flush"], _waiter.Told.Skip(4));
        await rig.FinishAsync();
    }

    [Fact]
    public async Task The_models_timeout_and_the_sweep_end_those_that_wait_too_long()
    {
        var rig = new BatcherRig(configure: b => b.DefaultTimeout = TimeSpan.FromMilliseconds(1));
        var first = await rig.OccupyAsync();
        rig.Arrive(_waiter, Entries(rig, 2));
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(rig.Batcher.ExpireOverdue());
        Assert.Equal(["0 QueueTimeout", "1 QueueTimeout"], _waiter.Told.Where(line => line != "flush").Order());
        Assert.Equal("flush", _waiter.Told[^1]);
        await rig.FinishAsync(first);
        Assert.Equal(["first"], rig.Ran);
    }

    [Fact]
    public async Task One_cancelled_while_it_waits_is_told_at_once_and_the_others_run()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entries = Entries(rig, 3);
        rig.Arrive(_waiter, entries);
        Assert.True(rig.Batcher.TryCancel(entries[1]));
        Assert.Equal(["1 Cancelled", "flush"], _waiter.Told);
        Assert.False(rig.Batcher.TryCancel(entries[1]));
        rig.Gate.Open();
        await _waiter.ToldAsync(3, Cancellation);
        await rig.FinishAsync(first);
        Assert.Equal(["first", "0 2"], rig.Ran);
    }

    [Fact]
    public async Task Of_those_that_ran_together_only_the_one_that_is_refused_fails()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        rig.Gate.Poison = e => System.Text.Encoding.UTF8.GetString(e.Id.Span) == "1";
        rig.Arrive(_waiter, Entries(rig, 3));
        Assert.Equal(["0 Ok", "1 Faulted", "2 Ok", "flush"], _waiter.Told);
        Assert.Equal(["0 1 2", "0", "1", "2"], rig.Ran);
        await rig.FinishAsync();
    }

    [Fact]
    public async Task The_instance_is_free_again_and_the_lease_given_back_when_the_waiter_is_told()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var (next, ranAtOnce, leases) = (rig.Entry("next"), false, -1);
        rig.Model.Release();
        _waiter.OnCompleted = _ =>
        {
            leases = rig.Model.Leases;
            Assert.True(rig.Model.TryAcquire());
            ranAtOnce = rig.Batcher.SubmitAsync(next, moreArriving: false).IsCompletedSuccessfully;
        };
        rig.Arrive(_waiter, rig.Entry("a"));
        Assert.Equal((true, 0), (ranAtOnce, leases));
        await rig.FinishAsync();
    }

    private static BatchEntry[] Entries(BatcherRig rig, int count) => [.. Enumerable.Range(0, count).Select(i => rig.Entry($"{i}", value: i))];

    private static BatchEntry Late(BatcherRig rig, string id)
    {
        var entry = rig.Entry(id);
        entry.Deadline = rig.Time.GetTimestamp();
        return entry;
    }

    private static IEnumerable<string> Ok(int from, int count) => Enumerable.Range(from, count).Select(i => $"{i} Ok");

    /// <summary>A model whose instance is free while the thread that would run what is queued is kept busy by another model.</summary>
    private static async Task<(BatcherRig Rig, Func<Task> Release)> WithRunsHeldBackAsync(RunScheduler scheduler)
    {
        var busy = new BatcherRig(configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        var other = busy.Submit("other");
        await busy.Gate.EnteredAsync(Cancellation);
        return (new BatcherRig(configure: b => (b.Scheduler, b.Gathers) = (scheduler, true)), () => busy.FinishAsync(other));
    }
}
