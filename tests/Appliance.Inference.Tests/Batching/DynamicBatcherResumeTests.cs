using System.Collections.Concurrent;
using Appliance.Inference.Batching;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Whoever waits for an answer is resumed, once, when the instance is free again, on a thread of its own or inside the batcher's.</summary>
public sealed class DynamicBatcherResumeTests
{
    // Which of the requests are resumed by the batcher's thread.
    public enum Inline
    {
        None,
        Some,
        All,
    }

    public static TheoryData<Inline> EveryMix => new(Inline.None, Inline.Some, Inline.All);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(EveryMix))]
    public async Task All_of_a_large_batch_are_resumed_exactly_once(Inline inline)
    {
        const int Count = 100;
        var rig = new BatcherRig(maxBatchSize: Count);
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [.. Enumerable.Range(0, Count).Select(i => Entry(rig, i, inline))];
        var resumed = new int[Count];
        Task<ScoreStatus>[] answers = [.. entries.Select((e, i) => Counted(rig.Batcher.SubmitAsync(e, moreArriving: false), () => Interlocked.Increment(ref resumed[i])))];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal([1, Count], rig.Gate.Batches.Select(b => b.Rows));
        Assert.All(resumed, times => Assert.Equal(1, times));
        Assert.All(entries.Index(), e => Assert.Equal((ScoreStatus.Ok, e.Index), (e.Item.Status, (int)Assert.Single(BatcherRig.Answer(e.Item)))));
    }

    [Fact]
    public async Task A_long_chain_is_dealt_out_in_order_and_its_end_is_resumed_here()
    {
        const int Count = 40, Together = 16;
        var here = Environment.CurrentManagedThreadId;
        var resumed = new ConcurrentQueue<(int Entry, int Thread)>();
        BatchEntry[] entries = [.. Enumerable.Range(0, Count).Select(_ => new BatchEntry { ResumesInline = true })];
        for (var i = 1; i < Count; i++) entries[i - 1].Next = entries[i];
        Task<ScoreStatus>[] answers = [.. entries.Select((e, i) => Counted(e.AsValueTask(), () => resumed.Enqueue((i, Environment.CurrentManagedThreadId))))];
        BatchEntry.ResumeAll(entries[0]);
        var inHere = resumed.Where(r => r.Entry >= 2 * Together).ToArray();
        foreach (var answer in answers) await BatcherRig.Ends(answer);
        Assert.Equal(Enumerable.Range(2 * Together, Count - (2 * Together)).Select(i => (i, here)), inHere);
        foreach (var chunk in Enumerable.Range(0, Count).Chunk(Together)) Assert.Equal(chunk, resumed.Select(r => r.Entry).Where(chunk.Contains));
    }

    [Theory]
    [InlineData(1, 10_000)]
    [InlineData(8, 1_250)]
    public async Task Each_answer_may_bring_the_next_request_from_inside(int callers, int requests)
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
                rig.Entry("x", value: caller + i, reuse: entry).ResumesInline = true;
                Assert.Equal(ScoreStatus.Ok, await rig.Batcher.SubmitAsync(entry, moreArriving: i % 3 != 0));
                Assert.Equal([caller + i], BatcherRig.Answer(entry));
                entry.Reset();
            }
        }
    }

    [Fact]
    public async Task The_instance_is_free_again_when_a_request_is_resumed()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var (waiting, next) = (Entry(rig, 1, Inline.All), rig.Entry("next"));
        var ranAtOnce = false;
        var answer = Counted(rig.Batcher.SubmitAsync(waiting, moreArriving: false), () => ranAtOnce = rig.Batcher.SubmitAsync(next, moreArriving: false).IsCompletedSuccessfully);
        await rig.FinishAsync(first, answer);
        Assert.True(ranAtOnce);
        Assert.Equal(ScoreStatus.Ok, next.Status);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task An_entry_that_serves_another_request_at_once_does_not_break_the_chain(Inline inline)
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
                var entry = Entry(rig, value, inline, pool.Rent());
                Assert.Equal(ScoreStatus.Ok, await rig.Batcher.SubmitAsync(entry, moreArriving: true));
                Assert.Equal([value], BatcherRig.Answer(entry));
                pool.Return(entry);
            }
            return ScoreStatus.Ok;
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_request_is_resumed(bool inline)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entry = Entry(rig, 1, inline ? Inline.All : Inline.None);
        var resumed = 0;
        var answer = Counted(rig.Batcher.SubmitAsync(entry, moreArriving: false), () => Interlocked.Increment(ref resumed));
        Assert.True(rig.Batcher.TryCancel(entry));
        if (inline) Assert.Equal(1, resumed);
        Assert.Equal(ScoreStatus.Cancelled, await BatcherRig.Ends(answer));
        Assert.Equal(1, resumed);
        await rig.FinishAsync(first);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task Requests_whose_time_is_over_are_resumed_by_the_sweep(Inline inline)
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var answers = Enumerable.Range(0, 40).Select(i => rig.Submit(WithDeadline(Entry(rig, i, inline), rig))).ToArray();
        rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.True(rig.Batcher.ExpireOverdue());
        foreach (var answer in answers) Assert.Equal(ScoreStatus.DeadlineExceeded, await BatcherRig.Ends(answer));
        await rig.FinishAsync(first);
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task Requests_whose_time_is_over_are_resumed_beside_those_that_run(Inline inline)
    {
        const int Count = 40;
        var rig = new BatcherRig(maxBatchSize: Count);
        var first = await rig.OccupyAsync();
        var answers = Enumerable.Range(0, Count).Select(i => rig.Submit(i % 2 == 0 ? WithDeadline(Entry(rig, i, inline), rig) : Entry(rig, i, inline))).ToArray();
        rig.Time.Advance(TimeSpan.FromMilliseconds(2));
        await rig.FinishAsync([first, .. answers]);
        Assert.All(answers.Index(), a => Assert.Equal(a.Index % 2 == 0 ? ScoreStatus.DeadlineExceeded : ScoreStatus.Ok, a.Item.Result));
    }

    [Theory, MemberData(nameof(EveryMix))]
    public async Task All_of_a_batch_with_one_bad_row_are_resumed_and_that_one_alone_fails(Inline inline)
    {
        const int Count = 40, Bad = 17;
        var rig = new BatcherRig(maxBatchSize: Count);
        rig.Gate.Poison = e => System.Text.Encoding.UTF8.GetString(e.Id.Span) == $"{Bad}";
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [.. Enumerable.Range(0, Count).Select(i => Entry(rig, i, inline))];
        var resumed = new int[Count];
        Task<ScoreStatus>[] answers = [.. entries.Select((e, i) => Counted(rig.Batcher.SubmitAsync(e, moreArriving: false), () => Interlocked.Increment(ref resumed[i])))];
        await rig.FinishAsync([first, .. answers]);
        Assert.All(resumed, times => Assert.Equal(1, times));
        Assert.All(answers.Index(), a => Assert.Equal(a.Index == Bad ? ScoreStatus.Faulted : ScoreStatus.Ok, a.Item.Result));
        Assert.All(entries.Index().Where(e => e.Index != Bad), e => Assert.Equal([e.Index], BatcherRig.Answer(e.Item)));
    }

    private static BatchEntry Entry(BatcherRig rig, int i, Inline inline, BatchEntry? reuse = null)
    {
        var entry = rig.Entry($"{i}", value: i, reuse: reuse);
        entry.ResumesInline = inline == Inline.All || (inline == Inline.Some && i % 3 == 0);
        return entry;
    }

    private static BatchEntry WithDeadline(BatchEntry entry, BatcherRig rig)
    {
        entry.Deadline = rig.Time.GetTimestamp() + (rig.Time.TimestampFrequency / 1000);
        return entry;
    }

    /// <summary>Does something when the request is resumed, on the thread that resumes it.</summary>
    private static Task<ScoreStatus> Counted(ValueTask<ScoreStatus> answer, Action resumed)
    {
        var ended = new TaskCompletionSource<ScoreStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var awaiter = answer.ConfigureAwait(false).GetAwaiter();
        Assert.False(awaiter.IsCompleted);
        awaiter.UnsafeOnCompleted(() =>
        {
            resumed();
            ended.SetResult(awaiter.GetResult());
        });
        return ended.Task;
    }
}
