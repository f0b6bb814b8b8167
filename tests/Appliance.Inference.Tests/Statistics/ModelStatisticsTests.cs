using Appliance.Inference.Batching;
using Appliance.Inference.Statistics;
using Microsoft.Extensions.Time.Testing;

namespace Appliance.Inference.Tests.Statistics;

public sealed class ModelStatisticsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Nothing_is_counted_at_first()
    {
        var s = new ModelStatistics(_time, 4);
        Assert.Equal((0L, 0L, 0L, 0L), (s.Success.Count, s.RowCount, s.ExecutionCount, s.LastInferenceMs));
        Assert.Empty(s.BatchSizes);
        Assert.All(Enum.GetValues<BatchClose>(), r => Assert.Equal(0, s.ClosedBy(r)));
        Assert.All(Enum.GetValues<ScoreStatus>(), r => Assert.Equal(0, s.FailedWith(r)));
    }

    [Fact]
    public void A_request_that_never_was_received_fails_without_a_duration()
    {
        var s = new ModelStatistics(_time, 4);
        s.RequestFailed(ScoreStatus.InvalidArgument, received: 0, now: 1_000);
        Assert.Equal((1L, 0L, 1L), (s.Failure.Count, s.Failure.Nanoseconds, s.FailedWith(ScoreStatus.InvalidArgument)));
    }

    [Fact]
    public void Batch_sizes_are_listed_smallest_first_and_an_unbatched_model_has_one()
    {
        var s = new ModelStatistics(_time, 4);
        foreach (var rows in new[] { 4, 1, 0, 4 }) s.BatchDone(BatchOf(rows));
        Assert.Equal([(0, 1L), (1, 1L), (4, 2L)], s.BatchSizes.Select(b => (b.Rows, b.Infer.Count)));
        s = new ModelStatistics(_time, 0);
        s.BatchDone(BatchOf(1));
        Assert.Equal([1], s.BatchSizes.Select(b => b.Rows));
    }

    [Fact]
    public void Each_reason_is_counted()
    {
        var s = new ModelStatistics(_time, 4);
        foreach (var reason in Enum.GetValues<BatchClose>())
        {
            for (var times = 0; times <= (int)reason; times++)
            {
                var batch = BatchOf(1);
                batch.Reason = reason;
                s.BatchDone(batch);
            }
        }
        Assert.All(Enum.GetValues<BatchClose>(), r => Assert.Equal((int)r + 1, s.ClosedBy(r)));
    }

    [Fact]
    public void Parallel_counts_lose_nothing()
    {
        var s = new ModelStatistics(_time, 4);
        Parallel.For(0, 4, thread =>
        {
            for (var i = 0; i < 5_000; i++)
            {
                s.BatchDone(BatchOf(1 + (i % 4)));
                s.RequestFailed(ScoreStatus.Overloaded, 0, 0);
            }
        });
        Assert.Equal((20_000L, 20_000L, 50_000L), (s.Success.Count, s.ExecutionCount, s.RowCount));
        Assert.Equal([5_000L, 5_000, 5_000, 5_000], s.BatchSizes.Select(b => b.Infer.Count));
        Assert.Equal(20_000, s.FailedWith(ScoreStatus.Overloaded));
    }

    [Fact]
    public void Every_request_of_a_batch_is_counted_once_by_its_own_durations()
    {
        var s = new ModelStatistics(_time, 16);
        var tick = 1_000_000_000L / _time.TimestampFrequency;
        var batch = new Batch { Taken = 1_000_000, InputReady = 1_000_000, Inferred = 1_000_000, OutputReady = 1_000_000 };
        // Microseconds that each waited, and was in the appliance before it waited.
        (long Waited, long Before)[] requests = [(0, 0), (60, 0), (60, 30), (3_000, 500), (20_000_000, 1)];
        foreach (var (waited, before) in requests)
        {
            var entry = new BatchEntry { Rows = 2 };
            entry.Timings.Queued = batch.Taken - (waited * 1_000 / tick);
            entry.Timings.Received = entry.Timings.Queued - (before * 1_000 / tick);
            batch.Add(entry);
        }
        s.BatchDone(batch);
        Assert.Equal(Expected(requests.Select(r => r.Waited)), Counted(s.QueueDurations));
        Assert.Equal(Expected(requests.Select(r => r.Waited + r.Before)), Counted(s.RequestDurations));
        Assert.Equal((5L, 5L, 10L), (s.Queue.Count, s.Success.Count, s.RowCount));

        static (string Buckets, long Sum) Expected(IEnumerable<long> microseconds)
        {
            var histogram = new PhaseHistogram();
            foreach (var duration in microseconds) histogram.Record(duration * 1_000);
            return Counted(histogram);
        }

        static (string Buckets, long Sum) Counted(PhaseHistogram histogram) => (string.Join(' ', histogram.Counts()), histogram.SumNanoseconds);
    }

    [Fact]
    public void Features_are_counted_by_origin_and_only_requests_that_read_any_have_that_phase()
    {
        var s = new ModelStatistics(_time, 16);
        var batch = new Batch();
        var given = new BatchEntry { Rows = 1, Features = new FeatureCounts { Given = 4 } };
        var read = new BatchEntry { Rows = 2, Features = new FeatureCounts { Given = 1, Stored = 2, Stale = 3, Defaulted = 5 } };
        read.Timings.Features = _time.TimestampFrequency / 1_000;
        batch.Add(given);
        batch.Add(read);
        s.BatchDone(batch);
        s.BatchDone(BatchOf(1));
        Assert.Equal((5L, 2L, 3L, 5L), (s.Features.Given, s.Features.Stored, s.Features.Stale, s.Features.Defaulted));
        Assert.Equal((1L, 1_000_000L), (s.Features.Reads.Count, s.Features.Reads.Nanoseconds));
        Assert.Equal((1L, 1_000_000L), (s.Features.ReadDurations.Counts().Sum(), s.Features.ReadDurations.SumNanoseconds));
        read.Reset();
        Assert.Equal(default, read.Features);
    }

    private static Batch BatchOf(int rows)
    {
        var batch = new Batch();
        batch.Add(new BatchEntry { Rows = rows });
        return batch;
    }
}
