using Appliance.Inference.Batching;
using Appliance.Inference.Statistics;

namespace Appliance.Inference.Tests.Batching;

public sealed class DynamicBatcherStatisticsTests
{
    private const long Ms = 1_000_000;

    [Fact]
    public async Task Every_phase_is_counted_to_the_nanosecond()
    {
        var rig = new BatcherRig(maxBatchSize: 8, configure: b => b.Gathers = true);
        (rig.Gate.InputTakes, rig.Gate.InferTakes, rig.Gate.OutputTakes) = (Milliseconds(1), Milliseconds(10), Milliseconds(2));
        // Held in its input phase from 0 to 9 ms, done at 22 ms; the other two come at 4 and 9 ms and are done at 35 ms.
        var first = await rig.OccupyAsync();
        rig.Time.Advance(Milliseconds(4));
        var a = rig.Submit("a", rows: 2);
        rig.Time.Advance(Milliseconds(5));
        var b = rig.Submit("b", rows: 3);
        await rig.FinishAsync(first, a, b);

        var s = rig.Statistics;
        Assert.Equal((3L, (22 + 31 + 26) * Ms), Of(s.Success));
        Assert.Equal((3L, (0 + 18 + 13) * Ms), Of(s.Queue));
        Assert.Equal((3L, (10 + 1 + 1) * Ms), Of(s.ComputeInput));
        Assert.Equal((3L, 30 * Ms), Of(s.ComputeInfer));
        Assert.Equal((3L, 6 * Ms), Of(s.ComputeOutput));
        Assert.Equal((0L, 0L), Of(s.Failure));
        Assert.Equal((2L, 6L), (s.ExecutionCount, s.RowCount));
        Assert.Equal([(1, 10 * Ms, 10 * Ms, 2 * Ms), (5, 1 * Ms, 10 * Ms, 2 * Ms)],
            s.BatchSizes.Select(b => (b.Rows, b.Input.Nanoseconds, b.Infer.Nanoseconds, b.Output.Nanoseconds)));
        Assert.Equal(2, s.ClosedBy(BatchClose.InstanceFree));
        Assert.Equal(rig.Time.GetUtcNow().ToUnixTimeMilliseconds(), s.LastInferenceMs);
        Assert.Equal([79 * Ms, 31 * Ms, 12 * Ms, 30 * Ms, 6 * Ms],
            new[] { s.RequestDurations, s.QueueDurations, s.InputDurations, s.InferDurations, s.OutputDurations }.Select(h => h.SumNanoseconds));
        Assert.All(new[] { s.RequestDurations, s.QueueDurations, s.InputDurations, s.InferDurations, s.OutputDurations }, h => Assert.Equal(3, h.Counts().Sum()));
    }

    [Fact]
    public async Task A_failure_is_counted_from_its_receipt_to_its_end()
    {
        var rig = new BatcherRig(configure: b => b.MaxQueueSize = 1);
        var first = await rig.OccupyAsync();
        var (cancelled, refused) = (rig.Entry("a"), rig.Entry("b"));
        var waiting = rig.Submit(cancelled);
        rig.Time.Advance(Milliseconds(3));
        await rig.Submit(refused);
        rig.Time.Advance(Milliseconds(4));
        rig.Batcher.TryCancel(cancelled);
        await rig.FinishAsync(first, waiting);
        Assert.Equal((2L, (3 + 7) * Ms), Of(rig.Statistics.Failure));
    }

    [Fact]
    public async Task A_request_carries_its_own_times()
    {
        var rig = new BatcherRig();
        rig.Gate.Open();
        (rig.Gate.InputTakes, rig.Gate.InferTakes, rig.Gate.OutputTakes) = (Milliseconds(1), Milliseconds(10), Milliseconds(2));
        var entry = rig.Entry("a");
        rig.Time.Advance(Milliseconds(3));
        await rig.Submit(entry);
        var t = entry.Timings;
        Assert.Equal([3, 0, 1, 10, 2], new[] { t.Queued - t.Received, t.Taken - t.Queued, t.InputReady - t.Taken, t.Inferred - t.InputReady, t.OutputReady - t.Inferred }
            .Select(ticks => TimeSpan.FromTicks(ticks).TotalMilliseconds));
    }

    private static (long Count, long Nanoseconds) Of(DurationSum sum) => (sum.Count, sum.Nanoseconds);

    private static TimeSpan Milliseconds(int n) => TimeSpan.FromMilliseconds(n);
}
