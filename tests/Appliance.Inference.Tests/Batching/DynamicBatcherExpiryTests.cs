using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

public sealed class DynamicBatcherExpiryTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_request_cancelled_while_it_waits_ends_at_once_and_the_others_run(int cancelled)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        List<BatchEntry> entries = [rig.Entry("a"), rig.Entry("b"), rig.Entry("c")];
        List<Task<ScoreStatus>> answers = [.. entries.Select(e => rig.Submit(e))];
        Assert.True(rig.Batcher.TryCancel(entries[cancelled]));
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(answers[cancelled]));
        Assert.Equal(2, rig.Batcher.Queue.Count);
        Assert.Equal(1, rig.Statistics.FailedWith(ScoreStatus.Cancelled));
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", string.Join(' ', new[] { "a", "b", "c" }.Where((_, i) => i != cancelled))], rig.Ran);
    }

    [Fact]
    public async Task A_request_that_runs_is_not_cancelled_any_more()
    {
        var rig = new BatcherRig();
        var entry = rig.Entry("a");
        var running = Task.Run(() => rig.Submit(entry), TestContext.Current.CancellationToken);
        await rig.Gate.EnteredAsync(TestContext.Current.CancellationToken);
        Assert.False(rig.Batcher.TryCancel(entry));
        await rig.FinishAsync(running);
        Assert.Equal(ScoreStatus.Ok, await running);
        Assert.False(rig.Batcher.TryCancel(entry));
    }

    [Fact]
    public async Task A_second_cancellation_finds_nothing_to_cancel_even_while_the_first_is_under_way()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        Task<ScoreStatus>[] answers = [rig.Submit(entry), rig.Submit("b")];
        bool? second = null;
        rig.Time.OnTimestamp(() => second = rig.Batcher.TryCancel(entry));
        Assert.True(rig.Batcher.TryCancel(entry));
        Assert.False(second);
        Assert.Equal(1, rig.Batcher.Queue.Count);
        Assert.Equal(1, rig.Statistics.FailedWith(ScoreStatus.Cancelled));
        await rig.FinishAsync([first, .. answers]);
    }

    [Fact]
    public void A_request_whose_deadline_has_passed_does_not_run()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var entry = rig.Entry("a");
        entry.Deadline = rig.Time.GetTimestamp();
        var answer = rig.Submit(entry);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(ScoreStatus.DeadlineExceeded, entry.Status);
        Assert.Empty(rig.Ran);
        Assert.Equal((0, 1L, 0L), (rig.Model.Leases, rig.Statistics.FailedWith(ScoreStatus.DeadlineExceeded), rig.Statistics.ExecutionCount));
        Assert.True(rig.Submit("b").IsCompletedSuccessfully);
        Assert.Equal(["b"], rig.Ran);
    }

    [Fact]
    public async Task A_sweep_ends_what_is_overdue_while_every_instance_is_busy()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var (early, late, never) = (Due(rig, "early", 1), Due(rig, "late", 2), rig.Entry("never"));
        Task<ScoreStatus>[] answers = [rig.Submit(never), rig.Submit(early), rig.Submit(late)];
        rig.Batcher.ExpireOverdue();
        Assert.All(answers, a => Assert.False(a.IsCompleted));
        rig.Time.Advance(Tick);
        rig.Batcher.ExpireOverdue();
        Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(answers[1]));
        Assert.Equal(2, rig.Batcher.Queue.Count);
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "never late"], rig.Ran);
    }

    [Fact]
    public async Task What_is_overdue_when_a_batch_closes_is_left_out_of_it()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit(Due(rig, "early", 1)), rig.Submit("a"), rig.Submit(Due(rig, "early too", 1)), rig.Submit("b")];
        rig.Time.Advance(Tick);
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a b"], rig.Ran);
        Assert.Equal([ScoreStatus.DeadlineExceeded, ScoreStatus.Ok, ScoreStatus.DeadlineExceeded, ScoreStatus.Ok], await Task.WhenAll(answers));
    }

    [Fact]
    public async Task A_queue_of_overdue_requests_alone_makes_no_run()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit(Due(rig, "a", 1)), rig.Submit(Due(rig, "b", 1))];
        rig.Time.Advance(Tick);
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first"], rig.Ran);
        Assert.Equal(1, rig.Statistics.ExecutionCount);
        Assert.True(rig.Submit("c").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task The_models_own_timeout_ends_a_wait_with_its_own_outcome()
    {
        var rig = new BatcherRig(configure: b => b.DefaultTimeout = 2 * Tick);
        var first = await rig.OccupyAsync();
        var (timed, hurried, patient) = (rig.Entry("timed"), Due(rig, "hurried", 1), Due(rig, "patient", 3));
        Task<ScoreStatus>[] answers = [rig.Submit(timed), rig.Submit(hurried), rig.Submit(patient)];
        rig.Time.Advance(2 * Tick);
        rig.Batcher.ExpireOverdue();
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal([ScoreStatus.QueueTimeout, ScoreStatus.DeadlineExceeded, ScoreStatus.QueueTimeout], await Task.WhenAll(answers));
        Assert.Equal(("Request timeout expired", null, "Request timeout expired"), (timed.Error, hurried.Error, patient.Error));
    }

    [Theory]
    [InlineData(true, 1_000, 1)]
    [InlineData(true, 5_000, 2)]
    [InlineData(true, long.MaxValue, 2)]
    [InlineData(true, 0, 2)]
    [InlineData(false, 1_000, 2)]
    public async Task A_request_may_shorten_the_models_timeout_where_the_model_allows_it(bool allowed, long microseconds, int expectedTicks)
    {
        var rig = new BatcherRig(configure: b => (b.DefaultTimeout, b.AllowTimeoutOverride) = (2 * Tick, allowed));
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        entry.TimeoutMicroseconds = microseconds;
        var answer = rig.Submit(entry);
        Assert.Equal(rig.Time.GetTimestamp() + (expectedTicks * Tick).Ticks, entry.Deadline);
        await rig.FinishAsync(first, answer);
    }

    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue / 10)]
    [InlineData(1L << 60)]
    public async Task A_timeout_of_ages_is_no_timeout_at_all(long microseconds)
    {
        var rig = new BatcherRig();
        rig.Time.Advance(TimeSpan.FromDays(100));
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        entry.TimeoutMicroseconds = microseconds;
        var answer = rig.Submit(entry);
        rig.Batcher.ExpireOverdue();
        Assert.False(answer.IsCompleted);
        await rig.FinishAsync(first, answer);
        Assert.Equal(ScoreStatus.Ok, entry.Status);
    }

    [Fact]
    public async Task A_cancellation_in_the_midst_of_a_sweep_does_not_end_a_request_twice()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var (a, b) = (Due(rig, "a", 1), Due(rig, "b", 1));
        Task<ScoreStatus>[] answers = [rig.Submit(a), rig.Submit(b), rig.Submit("c")];
        rig.Time.Advance(Tick);
        bool? cancelled = null;
        // The first look at the clock decides who is overdue; the next one is at the end of the first of them.
        rig.Time.OnTimestamp(() => cancelled = rig.Batcher.TryCancel(a) | rig.Batcher.TryCancel(b), after: 1);
        rig.Batcher.ExpireOverdue();
        Assert.False(cancelled);
        Assert.Equal((1, 2L), (rig.Batcher.Queue.Count, rig.Statistics.FailedWith(ScoreStatus.DeadlineExceeded)));
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "c"], rig.Ran);
    }

    [Fact]
    public async Task A_cancellation_after_a_batch_closed_does_not_end_an_overdue_request_twice()
    {
        var rig = new BatcherRig();
        var overdue = Due(rig, "a", 0);
        bool? cancelled = null;
        // The first look at the clock closes the batch without the request; the next one is at the request's end.
        rig.Time.OnTimestamp(() => cancelled = rig.Batcher.TryCancel(overdue), after: 1);
        var answer = rig.Submit(overdue);
        Assert.False(cancelled);
        await rig.FinishAsync(answer);
        Assert.Equal((ScoreStatus.DeadlineExceeded, 0L), (overdue.Status, rig.Statistics.FailedWith(ScoreStatus.Cancelled)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_sweeper_reaches_versions_that_are_ready_and_versions_that_drain(bool drains)
    {
        var rig = new BatcherRig();
        var directory = new ModelDirectory();
        directory.GetOrAdd("other");
        var slot = directory.GetOrAdd("m");
        slot.Join(rig.Model);
        var first = await rig.OccupyAsync();
        var answer = rig.Submit(Due(rig, "a", 1));
        if (drains) slot.Leave(rig.Model);
        rig.Time.Advance(Tick);
        new QueueSweeper(directory, rig.Time).Sweep();
        Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(answer));
        await rig.FinishAsync(first);
        slot.EndDrain(rig.Model);
        Assert.Empty(slot.Draining);
    }

    [Fact]
    public async Task The_sweeper_looks_five_times_as_often_while_somebody_waits_with_a_deadline()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        using var sweeper = await StartSweeperAsync(rig);
        var late = rig.Submit(Due(rig, "late", 55));
        rig.Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.False(late.IsCompleted);
        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(late));
        // Nobody waits any more: the next is seen no sooner than in fifty.
        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        var next = rig.Submit(Due(rig, "next", 1));
        rig.Time.Advance(TimeSpan.FromMilliseconds(40));
        Assert.False(next.IsCompleted);
        rig.Time.Advance(TimeSpan.FromMilliseconds(10));
        Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(next));
        await sweeper.StopAsync(TestContext.Current.CancellationToken);
        await rig.FinishAsync(first);
    }

    [Fact]
    public async Task A_sweep_that_fails_is_told_to_the_host()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        using var sweeper = await StartSweeperAsync(rig);
        var entry = Due(rig, "a", 1);
        var waiter = new FailingWaiter();
        entry.Waiter = waiter;
        var chain = new EntryChain();
        chain.Add(entry);
        rig.Batcher.Submit(chain);
        rig.Time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Same(waiter.Failure, await Assert.ThrowsAsync<InvalidOperationException>(() => sweeper.ExecuteTask!));
        await rig.FinishAsync(first);
    }

    private static async Task<QueueSweeper> StartSweeperAsync(BatcherRig rig)
    {
        var directory = new ModelDirectory();
        directory.GetOrAdd("m").Join(rig.Model);
        var sweeper = new QueueSweeper(directory, rig.Time);
        await sweeper.StartAsync(TestContext.Current.CancellationToken);
        return sweeper;
    }

    private sealed class FailingWaiter : IEntryWaiter
    {
        public InvalidOperationException Failure { get; } = new("of the test");

        public void Completed(BatchEntry entry) => throw Failure;

        public void Flush()
        {
        }
    }

    private static BatchEntry Due(BatcherRig rig, string id, int ticks)
    {
        var entry = rig.Entry(id);
        entry.Deadline = rig.Time.GetTimestamp() + (ticks * Tick).Ticks;
        return entry;
    }
}
