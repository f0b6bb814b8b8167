using Appliance.Inference.Batching;

namespace Appliance.Inference.Tests.Batching;

public sealed class RunSchedulerTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public void Disposing_it_ends_its_threads_after_the_runs_that_are_queued()
    {
        var ran = 0;
        using (var scheduler = new RunScheduler(2))
        {
            for (var i = 0; i < 100; i++) scheduler.Queue(new Item(() => Interlocked.Increment(ref ran)));
        }
        Assert.Equal(100, ran);
    }

    [Fact]
    public void Disposing_one_that_never_ran_anything_starts_no_thread() => new RunScheduler(2).Dispose();

    [Fact]
    public async Task A_model_whose_queue_never_empties_does_not_keep_the_threads_from_the_others()
    {
        using var scheduler = new RunScheduler(1);
        var greedy = new BatcherRig(maxBatchSize: 1, configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        var modest = new BatcherRig(maxBatchSize: 1, configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        Task<ScoreStatus>[] answers = [greedy.Submit("a"), greedy.Submit("b"), greedy.Submit("c")];
        await greedy.Gate.EnteredAsync(Cancellation);
        var other = modest.Submit("other");
        greedy.Gate.Release();
        await modest.Gate.EnteredAsync(Cancellation);
        Assert.Equal(["a"], greedy.Ran);
        await modest.FinishAsync(other);
        await greedy.FinishAsync(answers);
        Assert.Equal(["a", "b", "c"], greedy.Ran);
    }

    private sealed class Item(Action run) : IThreadPoolWorkItem
    {
        public void Execute() => run();
    }
}
