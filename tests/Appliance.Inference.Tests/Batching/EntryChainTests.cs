using System.Collections.Concurrent;
using Appliance.Inference.Batching;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>Whoever waits for the entries of a chain hears of them in order, each waiter in one go where it can be.</summary>
public sealed class EntryChainTests
{
    private readonly ConcurrentQueue<string> _log = new();

    [Fact]
    public void A_chain_holds_its_entries_in_the_order_in_which_they_came()
    {
        var chain = new EntryChain();
        Assert.Null(chain.First);
        BatchEntry[] entries = [new(), new(), new()];
        foreach (var entry in entries) chain.Add(entry);
        Assert.Equal(3, chain.Count);
        Assert.Equal(entries, [chain.First!, chain.First!.Next!, chain.First.Next!.Next!]);
        Assert.Null(entries[2].Next);
    }

    [Fact]
    public void Waiters_are_told_in_order_and_flushed_once_after_each_run_of_neighbours()
    {
        var (a, b) = (new RecordingWaiter("A", _log), new RecordingWaiter("B", _log));
        BatchEntry.ResumeAll(Chained(a.Awaits(Named("1")), a.Awaits(Named("2")), b.Awaits(Named("3")), a.Awaits(Named("4"))));
        Assert.Equal(["A: 1 Ok", "A: 2 Ok", "A: flush", "B: 3 Ok", "B: flush", "A: 4 Ok", "A: flush"], _log);
    }

    [Fact]
    public void Nothing_to_tell_flushes_nobody()
    {
        BatchEntry.ResumeAll(null);
        BatchEntry.ResumeAll(Named("awaited"));
        Assert.Empty(_log);
    }

    [Fact]
    public async Task Entries_without_a_waiter_end_their_tasks_elsewhere_and_do_not_part_the_neighbours()
    {
        var a = new RecordingWaiter("A", _log);
        BatchEntry[] awaited = [Named("1"), Named("3"), Named("5")];
        var here = Environment.CurrentManagedThreadId;
        var (inside, resumedInside) = (true, false);
        Task<ScoreStatus>[] tasks = [.. awaited.Select(e => Resumed(e, () => resumedInside |= inside && Environment.CurrentManagedThreadId == here))];
        BatchEntry.ResumeAll(Chained(awaited[0], a.Awaits(Named("2")), awaited[1], a.Awaits(Named("4")), awaited[2]));
        inside = false;
        Assert.Equal(["A: 2 Ok", "A: 4 Ok", "A: flush"], _log);
        foreach (var task in tasks) Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(task));
        Assert.False(resumedInside);
    }

    [Fact]
    public void An_entry_that_serves_another_request_as_soon_as_it_is_told_does_not_break_the_chain()
    {
        var a = new RecordingWaiter("A", _log);
        var next = new EntryChain();
        a.OnCompleted = e =>
        {
            Assert.Null(e.Next);
            e.Reset();
            next.Add(e);
        };
        BatchEntry[] entries = [.. Enumerable.Range(0, 20).Select(i => a.Awaits(Named($"{i}")))];
        BatchEntry.ResumeAll(Chained(entries));
        Assert.Equal([.. Enumerable.Range(0, 20).Select(i => $"A: {i} Ok"), "A: flush"], _log);
        Assert.Equal(20, next.Count);
    }

    private static BatchEntry Named(string id) => new EntryBuilder().WithId(id).Build();

    private static BatchEntry Chained(params ReadOnlySpan<BatchEntry> entries)
    {
        var chain = new EntryChain();
        foreach (var entry in entries) chain.Add(entry);
        return chain.First!;
    }

    private static Task<ScoreStatus> Resumed(BatchEntry entry, Action resumed)
    {
        var ended = new TaskCompletionSource<ScoreStatus>(TaskCreationOptions.RunContinuationsAsynchronously);
        var awaiter = entry.AsValueTask().ConfigureAwait(false).GetAwaiter();
        awaiter.UnsafeOnCompleted(() =>
        {
            resumed();
            ended.SetResult(awaiter.GetResult());
        });
        return ended.Task;
    }
}
