using Appliance.Inference.Batching;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Whoever waits for an answer hears of it, once, when the instance is free again: a task on a thread of its own, a waiter inside the batcher's.</summary>
public sealed class DynamicBatcherResumeTests
{
    // Which of the requests have a waiter; the others are awaited.
    public enum Waiters
    {
        None,
        Some,
        All,
    }

    public static TheoryData<Waiters> EveryMix => new(Waiters.None, Waiters.Some, Waiters.All);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EveryMix))]
    public async Task All_of_a_large_batch_are_resumed_exactly_once(Waiters waiters)
    {
        const int Count = 100;
        var rig = new BatcherRig(maxBatchSize: Count);
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [.. Enumerable.Range(0, Count).Select(i => Entry(rig, i, waiters))];
        var resumed = new int[Count];
        Task<ScoreStatus>[] answers = [.. entries.Select((e, i) => Ask(rig, e, () => Interlocked.Increment(ref resumed[i])))];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal([1, Count], rig.Gate.Batches.Select(b => b.Rows));
        Assert.All(resumed, times => Assert.Equal(1, times));
        Assert.All(entries.Index(), e => Assert.Equal((ScoreStatus.Ok, e.Index), (e.Item.Status, (int)Assert.Single(BatcherRig.Answer(e.Item)))));
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(8, 1_250)]
    public async Task Each_answer_may_bring_the_next_request(int callers, int requests)
    {
        var rig = new BatcherRig(configure: b => b.Gathers = true);
        rig.Gate.Open();
        await Task.WhenAll(Enumerable.Range(0, callers).Select(c => Task.Run(() => AskOnAsync(c), Cancellation))).WaitAsync(TimeSpan.FromSeconds(60), Cancellation);
        await rig.FinishAsync();
        Assert.Equal(callers * requests, rig.Statistics.Success.Count);

        async Task AskOnAsync(int caller)
        {
            var entry = new BatchEntry();
            for (var i = 0; i < requests; i++)
            {
                rig.Entry("x", value: caller + i, reuse: entry);
                // In turns: awaited, and told.
                var answer = i % 2 == 0 ? rig.Submit(entry, moreArriving: i % 3 != 0) : Ask(rig, Told(entry), () => { });
                Assert.Equal(ScoreStatus.Ok, await answer);
                Assert.Equal([caller + i], BatcherRig.Answer(entry));
                entry.Reset();
            }
        }
    }

    [Theory]
    [InlineData(Waiters.None)]
    [InlineData(Waiters.All)]
    public async Task The_instance_is_free_again_when_a_request_is_resumed(Waiters waiters)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var (waiting, next) = (Entry(rig, 1, waiters), rig.Entry("next"));
        var ranAtOnce = false;
        var answer = Ask(rig, waiting, () => ranAtOnce = rig.Batcher.SubmitAsync(next, moreArriving: false).IsCompletedSuccessfully);
        await rig.FinishAsync(first, answer);
        Assert.True(ranAtOnce);
        Assert.Equal(ScoreStatus.Ok, next.Status);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task An_entry_that_serves_another_request_at_once_does_not_break_the_chain(Waiters waiters)
    {
        const int Count = 40;
        var rig = new BatcherRig(maxBatchSize: Count);
        var pool = new BatchEntryPool();
        var first = await rig.OccupyAsync();
        // Started where no context of the test's would carry what comes after an answer to another thread.
        var asked = await Task.Run(() => Enumerable.Range(0, Count).Select(TwiceAsync).ToArray(), Cancellation);
        await rig.FinishAsync([first, .. asked]);
        Assert.Equal(1 + (2 * Count), rig.Statistics.Success.Count);

        async Task<ScoreStatus> TwiceAsync(int i)
        {
            foreach (var value in new[] { i, Count + i })
            {
                var entry = Entry(rig, value, waiters, pool.Rent());
                Assert.Equal(ScoreStatus.Ok, await Ask(rig, entry, () => { }, moreArriving: true));
                Assert.Equal([value], BatcherRig.Answer(entry));
                pool.Return(entry);
            }
            return ScoreStatus.Ok;
        }
    }

    [Theory]
    [InlineData(Waiters.None)]
    [InlineData(Waiters.All)]
    public async Task A_cancelled_request_is_resumed(Waiters waiters)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entry = Entry(rig, 1, waiters);
        var resumed = 0;
        var answer = Ask(rig, entry, () => Interlocked.Increment(ref resumed));
        Assert.True(rig.Batcher.TryCancel(entry));
        if (waiters == Waiters.All) Assert.Equal(1, resumed);
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(answer));
        Assert.Equal(1, resumed);
        await rig.FinishAsync(first);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task Requests_whose_time_is_over_are_resumed_by_the_sweep(Waiters waiters)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var answers = Enumerable.Range(0, 40).Select(i => Ask(rig, WithDeadline(Entry(rig, i, waiters), rig), () => { })).ToArray();
        rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(rig.Batcher.ExpireOverdue());
        foreach (var answer in answers) Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(answer));
        await rig.FinishAsync(first);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task Requests_whose_time_is_over_are_resumed_beside_those_that_run(Waiters waiters)
    {
        const int Count = 40;
        var rig = new BatcherRig(maxBatchSize: Count);
        var first = await rig.OccupyAsync();
        var answers = Enumerable.Range(0, Count).Select(i => Ask(rig, i % 2 == 0 ? WithDeadline(Entry(rig, i, waiters), rig) : Entry(rig, i, waiters), () => { })).ToArray();
        rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        await rig.FinishAsync([first, .. answers]);
        Assert.All(answers.Index(), a => Assert.Equal(a.Index % 2 == 0 ? ScoreStatus.DeadlineExceeded : ScoreStatus.Ok, a.Item.Result));
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task All_of_a_batch_with_one_bad_row_are_resumed_and_that_one_alone_fails(Waiters waiters)
    {
        const int Count = 40, Bad = 17;
        var rig = new BatcherRig(maxBatchSize: Count);
        rig.Gate.Poison = e => System.Text.Encoding.UTF8.GetString(e.Id.Span) == $"{Bad}";
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [.. Enumerable.Range(0, Count).Select(i => Entry(rig, i, waiters))];
        var resumed = new int[Count];
        Task<ScoreStatus>[] answers = [.. entries.Select((e, i) => Ask(rig, e, () => Interlocked.Increment(ref resumed[i])))];
        await rig.FinishAsync([first, .. answers]);
        Assert.All(resumed, times => Assert.Equal(1, times));
        Assert.All(answers.Index(), a => Assert.Equal(a.Index == Bad ? ScoreStatus.Faulted : ScoreStatus.Ok, a.Item.Result));
        Assert.All(entries.Index().Where(e => e.Index != Bad), e => Assert.Equal([e.Index], BatcherRig.Answer(e.Item)));
    }

    private static BatchEntry Entry(BatcherRig rig, int i, Waiters waiters, BatchEntry? reuse = null)
    {
        var entry = rig.Entry($"{i}", value: i, reuse: reuse);
        return waiters == Waiters.All || (waiters == Waiters.Some && i % 3 == 0) ? Told(entry) : entry;
    }

    private static BatchEntry Told(BatchEntry entry)
    {
        entry.Waiter = Waiter.Instance;
        return entry;
    }

    private static BatchEntry WithDeadline(BatchEntry entry, BatcherRig rig)
    {
        entry.Deadline = rig.Time.GetTimestamp() + (rig.Time.TimestampFrequency / 1000);
        return entry;
    }

    /// <summary>Submits the request and does something when it is resumed, on the thread that resumes it.</summary>
    private static Task<ScoreStatus> Ask(BatcherRig rig, BatchEntry entry, Action resumed, bool moreArriving = false)
    {
        var ended = new TaskCompletionSource<ScoreStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (entry.Waiter is null)
        {
            var awaiter = rig.Batcher.SubmitAsync(entry, moreArriving).ConfigureAwait(false).GetAwaiter();
            awaiter.UnsafeOnCompleted(() => End(awaiter.GetResult()));
            return ended.Task;
        }
        entry.WaiterState = (Action<ScoreStatus>)End;
        var chain = new EntryChain();
        chain.Add(entry);
        rig.Batcher.Submit(chain);
        return ended.Task;

        void End(ScoreStatus status)
        {
            resumed();
            ended.SetResult(status);
        }
    }

    private sealed class Waiter : IEntryWaiter
    {
        public static readonly Waiter Instance = new();

        public void Completed(BatchEntry entry) => ((Action<ScoreStatus>)entry.WaiterState!)(entry.Status);

        public void Flush()
        {
        }
    }
}
