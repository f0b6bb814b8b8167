using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

public sealed class DynamicBatcherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_that_finds_an_instance_free_runs_at_once_on_its_own_thread()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var thread = 0;
        rig.Gate.Poison = _ =>
        {
            thread = Environment.CurrentManagedThreadId;
            return false;
        };
        var here = Environment.CurrentManagedThreadId;
        var entry = rig.Entry("a", value: 7);
        var answer = rig.Batcher.SubmitAsync(entry, moreArriving: false);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(here, thread);
        Assert.Equal(ScoreStatus.Ok, await answer);
        Assert.Equal([7f], BatcherRig.Answer(entry));
        Assert.Equal(BatchClose.Inline, rig.Gate.Batches[0].Reason);
    }

    [Fact]
    public async Task Where_batching_pays_a_lone_request_still_runs_at_once_and_is_not_called_inline()
    {
        var rig = new BatcherRig(configure: b => b.Gathers = true);
        rig.Gate.Open();
        Assert.True(rig.Submit("a").IsCompletedSuccessfully);
        Assert.Equal(BatchClose.InstanceFree, rig.Gate.Batches[0].Reason);
        await rig.FinishAsync();
    }

    [Fact]
    public async Task While_more_are_arriving_requests_are_gathered_into_one_batch()
    {
        using var scheduler = new RunScheduler(1);
        var busy = new BatcherRig(configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        var rig = new BatcherRig(configure: b => (b.Scheduler, b.Gathers) = (scheduler, true));
        var other = busy.Submit("other");
        await busy.Gate.EnteredAsync(Cancellation);
        Task<ScoreStatus>[] answers = [.. new[] { "a", "b", "c" }.Select(id => rig.Submit(rig.Entry(id), moreArriving: true))];
        Assert.All(answers, a => Assert.False(a.IsCompleted));
        await busy.FinishAsync(other);
        await rig.FinishAsync(answers);
        Assert.Equal(["a b c"], rig.Ran);
    }

    [Fact]
    public async Task Requests_that_find_no_instance_free_are_taken_together_in_order_when_one_is()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a"), rig.Submit("b"), rig.Submit("c")];
        Assert.Equal(3, rig.Batcher.Queue.Count);
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a b c"], rig.Ran);
        Assert.Equal(BatchClose.InstanceFree, rig.Gate.Batches[1].Reason);
    }

    [Fact]
    public async Task Each_request_gets_the_answer_to_its_own_rows()
    {
        var rig = new BatcherRig(maxBatchSize: 8);
        var first = await rig.OccupyAsync();
        BatchEntry[] entries = [rig.Entry("a", rows: 2, value: 1), rig.Entry("b", rows: 1, value: 2), rig.Entry("c", rows: 3, value: 3)];
        Task<ScoreStatus>[] answers = [.. entries.Select(e => rig.Submit(e))];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a b c"], rig.Ran);
        Assert.Equal([[1f, 1f], [2f], [3f, 3f, 3f]], entries.Select(BatcherRig.Answer));
    }

    [Fact]
    public async Task A_batch_never_exceeds_the_maximum_and_never_splits_a_request()
    {
        var rig = new BatcherRig(maxBatchSize: 4);
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a", 1), rig.Submit("b", 2), rig.Submit("c", 2), rig.Submit("d", 1), rig.Submit("e", 1), rig.Submit("f", 1)];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a b", "c d e", "f"], rig.Ran);
        Assert.Equal([BatchClose.NoRoom, BatchClose.Full, BatchClose.InstanceFree], rig.Gate.Batches.Skip(1).Select(b => b.Reason));
        Assert.Equal([3, 4, 1], rig.Gate.Batches.Skip(1).Select(b => b.Rows));
    }

    [Fact]
    public async Task A_request_of_the_maximum_is_a_batch_of_its_own()
    {
        var rig = new BatcherRig(maxBatchSize: 4);
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a", 1), rig.Submit("big", 4), rig.Submit("b", 1)];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a", "big", "b"], rig.Ran);
    }

    [Fact]
    public async Task The_largest_preferred_size_that_the_queue_fills_is_taken()
    {
        var rig = new BatcherRig(maxBatchSize: 16, configure: b => b.Schedule = new ScheduleSettings { PreferredSizes = [2, 4] });
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [.. Enumerable.Range(0, 7).Select(i => rig.Submit($"{i}"))];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "0 1 2 3", "4 5", "6"], rig.Ran);
        Assert.Equal([BatchClose.Preferred, BatchClose.Preferred, BatchClose.InstanceFree], rig.Gate.Batches.Skip(1).Select(b => b.Reason));
    }

    [Fact]
    public async Task A_request_larger_than_every_preferred_size_runs_all_the_same()
    {
        var rig = new BatcherRig(maxBatchSize: 16, configure: b => b.Schedule = new ScheduleSettings { PreferredSizes = [2, 4] });
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("big", 9), rig.Submit("a", 1)];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "big", "a"], rig.Ran);
    }

    [Fact]
    public async Task Different_shapes_never_share_a_batch_and_the_head_of_the_queue_always_goes_first()
    {
        var rig = new BatcherRig(SignatureBuilder.Echo(8, Datatype.FP32, -1));
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a2", rowDims: [2]), rig.Submit("b3", rowDims: [3]), rig.Submit("c2", rowDims: [2]), rig.Submit("d3", rowDims: [3]), rig.Submit("e0", rowDims: [0])];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a2 c2", "b3 d3", "e0"], rig.Ran);
        Assert.Equal([BatchClose.ShapeChange, BatchClose.ShapeChange, BatchClose.InstanceFree], rig.Gate.Batches.Skip(1).Select(b => b.Reason));
    }

    [Fact]
    public async Task A_request_of_no_rows_is_answered_with_no_rows_by_itself()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var empty = rig.Entry("none", rows: 0);
        Task<ScoreStatus>[] answers = [rig.Submit("a"), rig.Submit(empty), rig.Submit("b")];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a b", "none"], rig.Ran);
        Assert.Empty(BatcherRig.Answer(empty));
        Assert.Equal([0L, 1], empty.ShapeOf(empty.Outputs[0]).ToArray());
    }

    [Fact]
    public async Task A_model_without_a_batch_dimension_runs_one_request_at_a_time()
    {
        var rig = new BatcherRig(maxBatchSize: 0);
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] answers = [rig.Submit("a"), rig.Submit("b")];
        await rig.FinishAsync([first, .. answers]);
        Assert.Equal(["first", "a", "b"], rig.Ran);
        Assert.Equal(3, rig.Statistics.ClosedBy(BatchClose.Unbatched));
    }

    [Fact]
    public async Task Every_free_instance_takes_work()
    {
        var rig = new BatcherRig(instances: 2);
        var (first, second) = (Task.Run(() => rig.Submit("first"), Cancellation), Task.Run(() => rig.Submit("second"), Cancellation));
        foreach (var gate in rig.Gates) await gate.EnteredAsync(Cancellation);
        var third = rig.Submit("third");
        Assert.False(third.IsCompleted);
        Assert.Equal(2, rig.Gates.Sum(g => g.Batches.Count));
        await rig.FinishAsync(first, second, third);
    }

    [Fact]
    public async Task A_full_queue_refuses_at_once_and_leaves_those_that_wait_alone()
    {
        var rig = new BatcherRig(configure: b => b.MaxQueueSize = 2);
        var first = await rig.OccupyAsync();
        Task<ScoreStatus>[] waiting = [rig.Submit("a"), rig.Submit("b")];
        var refused = rig.Entry("c");
        var answer = rig.Batcher.SubmitAsync(refused, moreArriving: false);
        Assert.True(answer.IsCompletedSuccessfully);
        Assert.Equal(ScoreStatus.Overloaded, await answer);
        Assert.Equal((ScoreStatus.Overloaded, "Exceeds maximum queue size"), (refused.Status, refused.Error));
        Assert.Equal(1, rig.Statistics.FailedWith(ScoreStatus.Overloaded));
        await rig.FinishAsync([first, .. waiting]);
        Assert.Equal(["first", "a b"], rig.Ran);
    }

    [Fact]
    public async Task Runs_too_long_for_the_callers_thread_go_to_the_scheduler()
    {
        using var scheduler = new RunScheduler(1);
        var rig = new BatcherRig(configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        string? thread = null;
        rig.Gate.Poison = _ =>
        {
            thread = Thread.CurrentThread.Name;
            return false;
        };
        await rig.FinishAsync(rig.Submit("a"));
        Assert.Equal("inference-0", thread);
        Assert.True(rig.Batcher.WaitIsLong);
    }

    [Fact]
    public async Task A_wait_is_long_only_behind_many_requests()
    {
        var rig = new BatcherRig(maxBatchSize: 100, configure: b => b.MaxQueueSize = 1000);
        var first = await rig.OccupyAsync();
        List<Task<ScoreStatus>> answers = [];
        for (var i = 0; i < 512; i++) answers.Add(rig.Submit($"{i}"));
        Assert.False(rig.Batcher.WaitIsLong);
        answers.Add(rig.Submit("one more"));
        Assert.True(rig.Batcher.WaitIsLong);
        await rig.FinishAsync([first, .. answers]);
    }

    [Fact]
    public async Task The_queue_tells_its_length_and_since_when_the_oldest_waits()
    {
        var rig = new BatcherRig();
        Assert.Equal((0, 0L), rig.Batcher.Queue);
        var first = await rig.OccupyAsync();
        var since = rig.Time.GetTimestamp();
        Task<ScoreStatus>[] answers = [rig.Submit("a")];
        rig.Time.Advance(TimeSpan.FromMilliseconds(5));
        answers = [.. answers, rig.Submit("b")];
        Assert.Equal((2, since), rig.Batcher.Queue);
        await rig.FinishAsync([first, .. answers]);
    }

    [Fact]
    public void Disposing_it_disposes_its_instances_and_what_they_share()
    {
        var ledger = new SessionLedger();
        var rig = new BatcherRig(instances: 2, configure: b => b.Owned = ledger.Open());
        rig.Model.Dispose();
        Assert.All(rig.Gates, g => Assert.True(g.Disposed));
        Assert.Equal((1, 0), (ledger.Disposed, ledger.Misused));
    }
}
