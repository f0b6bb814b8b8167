using System.Collections.Concurrent;
using Appliance.Inference;

namespace TestKit.Tests;

public sealed class RecordingWaiterTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_notes_what_it_is_told_in_order_beside_the_others_of_its_log()
    {
        var log = new ConcurrentQueue<string>();
        var (one, two) = (new RecordingWaiter("one", log), new RecordingWaiter("two", log));
        var entry = one.Awaits(new EntryBuilder().WithId("a").Build());
        Assert.Same(one, entry.Waiter);
        entry.Fail(ScoreStatus.Faulted, "no");
        one.Completed(entry);
        two.Flush();
        one.Flush();
        Assert.Equal(["one: a Faulted", "two: flush", "one: flush"], one.Told);
        await one.ToldAsync(1, Cancellation);
    }

    [Fact]
    public async Task A_wait_ends_with_as_many_requests_and_not_before()
    {
        var waiter = new RecordingWaiter();
        var seen = "";
        waiter.OnCompleted = _ => seen = string.Join(", ", waiter.Told);
        var entry = new EntryBuilder().WithId("a").Build();
        var told = waiter.ToldAsync(2, Cancellation);
        waiter.Completed(entry);
        Assert.False(told.IsCompleted);
        Assert.Equal("a Ok", seen);
        waiter.Completed(entry);
        await told;
    }
}
