// Hot path: one call per batch.
using Appliance.Inference.Batching;

namespace Appliance.Inference.Statistics;

/// <summary>
/// Counters and durations of one model version since it was loaded. Thread-safe. Written once per batch, so the cost is shared by its requests;
/// read by the statistics calls and by the metrics page.
/// </summary>
public sealed class ModelStatistics
{
    private readonly TimeProvider _time;
    private readonly double _nanosecondsPerTick;
    private readonly BatchSizeStatistics?[] _bySize;
    private readonly long[] _closed = new long[Enum.GetValues<BatchClose>().Length];
    private readonly long[] _failed = new long[Enum.GetValues<ScoreStatus>().Length];
    private long _rows;
    private long _executions;
    private long _lastInferenceMs;
    private long _recentRunTicks;
    private double _recentRows;

    public ModelStatistics(TimeProvider time, int maxBatchSize)
    {
        _time = time;
        _nanosecondsPerTick = 1e9 / time.TimestampFrequency;
        _bySize = new BatchSizeStatistics?[Math.Max(1, maxBatchSize) + 1];
    }

    public DurationSum Success { get; } = new();
    public DurationSum Failure { get; } = new();
    public DurationSum Queue { get; } = new();
    public DurationSum ComputeInput { get; } = new();
    public DurationSum ComputeInfer { get; } = new();
    public DurationSum ComputeOutput { get; } = new();

    public PhaseHistogram RequestDurations { get; } = new();
    public PhaseHistogram QueueDurations { get; } = new();
    public PhaseHistogram InputDurations { get; } = new();
    public PhaseHistogram InferDurations { get; } = new();
    public PhaseHistogram OutputDurations { get; } = new();

    public FeatureStatistics Features { get; } = new();

    /// <summary>Rows answered.</summary>
    public long RowCount => Interlocked.Read(ref _rows);

    /// <summary>Calls of the runtime.</summary>
    public long ExecutionCount => Interlocked.Read(ref _executions);

    /// <summary>How long a run took of late, from closing its batch to its answers, in timestamp units: each new one counts for an eighth. 0 before the first.</summary>
    public long RecentRunTicks => Volatile.Read(ref _recentRunTicks);

    /// <summary>How long a row of a run took of late, in timestamp units: as long as runs took over the rows that they had. 0 before the first.</summary>
    public long RecentRowTicks => Volatile.Read(ref _recentRows) is > 0 and var rows ? (long)Math.Max(1, RecentRunTicks / rows) : 0;

    /// <summary>When a request was last answered, milliseconds since the Unix epoch; 0 for never.</summary>
    public long LastInferenceMs => Interlocked.Read(ref _lastInferenceMs);

    /// <summary>Statistics of every batch size seen, smallest first.</summary>
    public IEnumerable<BatchSizeStatistics> BatchSizes => _bySize.Where(s => s is not null)!;

    public long ClosedBy(BatchClose reason) => Interlocked.Read(ref _closed[(int)reason]);

    public long FailedWith(ScoreStatus status) => Interlocked.Read(ref _failed[(int)status]);

    /// <summary>Counts a batch that ran, with all its requests.</summary>
    public void BatchDone(Batch batch)
    {
        var requests = batch.Count;
        long queue = 0, total = 0;
        // Tallied here first: the counters are shared by every thread, this is not.
        Span<int> queues = stackalloc int[PhaseHistogram.BucketCount], totals = stackalloc int[PhaseHistogram.BucketCount];
        queues.Clear();
        totals.Clear();
        var features = default(FeatureCounts);
        var (lastQueued, lastReceived, waited, whole) = (long.MinValue, long.MinValue, 0L, 0L);
        var (queueBucket, totalBucket) = (0, 0);
        foreach (var entry in batch.Entries)
        {
            // What arrived together was received, and mostly queued, at the same time.
            if (entry.Timings.Queued != lastQueued || entry.Timings.Received != lastReceived)
            {
                (lastQueued, lastReceived) = (entry.Timings.Queued, entry.Timings.Received);
                waited = Nanoseconds(lastQueued, batch.Taken);
                whole = Nanoseconds(lastReceived, batch.OutputReady);
                (queueBucket, totalBucket) = (PhaseHistogram.BucketOf(waited), PhaseHistogram.BucketOf(whole));
            }
            queue += waited;
            total += whole;
            queues[queueBucket]++;
            totals[totalBucket]++;
            features.Add(entry.Features);
            if (entry.Timings.Features != 0) Features.Read(Nanoseconds(0, entry.Timings.Features));
        }
        QueueDurations.RecordAll(queues, queue);
        RequestDurations.RecordAll(totals, total);
        Features.Add(features);
        var input = Nanoseconds(batch.Taken, batch.InputReady);
        var infer = Nanoseconds(batch.InputReady, batch.Inferred);
        var output = Nanoseconds(batch.Inferred, batch.OutputReady);
        Success.Add(requests, total);
        Queue.Add(requests, queue);
        ComputeInput.Add(requests, input * requests);
        ComputeInfer.Add(requests, infer * requests);
        ComputeOutput.Add(requests, output * requests);
        InputDurations.Record(input, requests);
        InferDurations.Record(infer, requests);
        OutputDurations.Record(output, requests);
        CountSize(batch.Rows, input, infer, output);
        Interlocked.Add(ref _rows, batch.Rows);
        Interlocked.Increment(ref _executions);
        Interlocked.Increment(ref _closed[(int)batch.Reason]);
        NoteRun(batch.OutputReady - batch.Taken, batch.Rows);
        Interlocked.Exchange(ref _lastInferenceMs, _time.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Counts a request that was not answered.</summary>
    public void RequestFailed(ScoreStatus status, long received, long now)
    {
        Interlocked.Increment(ref _failed[(int)status]);
        Failure.Add(1, received == 0 ? 0 : Nanoseconds(received, now));
    }

    // Two instances at once may lose one's share: it is an estimate.
    private void NoteRun(long ticks, int rows)
    {
        var recent = _recentRunTicks;
        Volatile.Write(ref _recentRunTicks, recent == 0 ? ticks : recent + ((ticks - recent) / 8));
        var recentRows = _recentRows;
        Volatile.Write(ref _recentRows, recentRows == 0 ? rows : recentRows + ((rows - recentRows) / 8));
    }

    private void CountSize(int rows, long input, long infer, long output)
    {
        ref var slot = ref _bySize[Math.Min(rows, _bySize.Length - 1)];
        var size = Volatile.Read(ref slot);
        if (size is null)
        {
            size = new BatchSizeStatistics(rows);
            size = Interlocked.CompareExchange(ref slot, size, null) ?? size;
        }
        size.Input.Add(1, input);
        size.Infer.Add(1, infer);
        size.Output.Add(1, output);
    }

    private long Nanoseconds(long from, long to) => to <= from ? 0 : (long)((to - from) * _nanosecondsPerTick);
}
