using Appliance.Inference.Batching;
using TestKit;

namespace Appliance.Inference.Tests.Batching;

/// <summary>An entry serves one request after another, whatever became of the one before.</summary>
public sealed class BatchEntryPoolTests
{
    private readonly BatchEntryPool _pool = new();

    [Fact]
    public void A_returned_entry_is_rented_again_as_new()
    {
        var entry = _pool.Rent();
        new EntryBuilder(entry).For("m", 3).WithId("a").Floats("x", [1, 1], 1).Requesting("y");
        entry.Fail(ScoreStatus.NotFound, "no");
        _pool.Return(entry);
        Assert.Same(entry, _pool.Rent());
        BatchEntryTests.AssertNew(entry);
    }

    [Fact]
    public async Task After_an_answer_on_the_callers_thread()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        var entry = rig.Entry("a");
        await rig.Submit(entry);
        await AssertServesAgainAsync(rig, entry);
    }

    [Fact]
    public async Task After_an_answer_from_the_queue()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        var answer = rig.Submit(entry);
        await rig.FinishAsync(first, answer);
        await AssertServesAgainAsync(rig, entry);
    }

    [Fact]
    public async Task After_a_cancellation()
    {
        var rig = new BatcherRig();
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        var answer = rig.Submit(entry);
        Assert.True(rig.Batcher.TryCancel(entry));
        await rig.FinishAsync(first, answer);
        await AssertServesAgainAsync(rig, entry);
    }

    [Fact]
    public async Task After_a_deadline_in_the_queue()
    {
        var rig = new BatcherRig(configure: b => b.DefaultTimeout = TimeSpan.FromMilliseconds(1));
        var first = await rig.OccupyAsync();
        var entry = rig.Entry("a");
        var answer = rig.Submit(entry);
        rig.Time.Advance(TimeSpan.FromMilliseconds(1));
        rig.Batcher.ExpireOverdue();
        await rig.FinishAsync(first, answer);
        Assert.Equal(ScoreStatus.QueueTimeout, entry.Status);
        await AssertServesAgainAsync(rig, entry);
    }

    [Fact]
    public async Task After_a_refusal_by_the_full_queue()
    {
        var rig = new BatcherRig(configure: b => b.MaxQueueSize = 1);
        var first = await rig.OccupyAsync();
        var waiting = rig.Submit("a");
        var entry = rig.Entry("b");
        Assert.Equal(ScoreStatus.Overloaded, await rig.Submit(entry));
        await rig.FinishAsync(first, waiting);
        await AssertServesAgainAsync(rig, entry);
    }

    [Fact]
    public async Task After_a_fault()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        rig.Gate.Poison = _ => true;
        var entry = rig.Entry("a");
        Assert.Equal(ScoreStatus.Faulted, await rig.Submit(entry));
        rig.Gate.Poison = null;
        await AssertServesAgainAsync(rig, entry);
    }

    private async Task AssertServesAgainAsync(BatcherRig rig, BatchEntry entry)
    {
        // Once more from the queue, once more inline: the two paths complete in different ways.
        foreach (var gathered in new[] { true, false, true })
        {
            _pool.Return(entry);
            Assert.Same(entry, _pool.Rent());
            BatchEntryTests.AssertNew(entry);
            rig.Entry("again", value: 5, reuse: entry);
            var answer = gathered ? QueuedAsync(rig, entry) : rig.Submit(entry);
            Assert.Equal(ScoreStatus.Ok, await BatcherRig.Ends(answer));
            Assert.Equal([5f], BatcherRig.Answer(entry));
            Assert.Equal(0, rig.Model.Leases);
        }
    }

    private static async Task<ScoreStatus> QueuedAsync(BatcherRig rig, BatchEntry entry)
    {
        using var scheduler = new RunScheduler(1);
        var queued = new BatcherRig(configure: b => (b.Scheduler, b.OwnThread) = (scheduler, false));
        queued.Gate.Open();
        rig.Model.Release();
        Assert.True(queued.Model.TryAcquire());
        entry.Lease(queued.Model);
        return await queued.Submit(entry);
    }
}
