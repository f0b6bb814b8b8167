using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Telemetry;

/// <summary>The families of every ready model version, read from its statistics. Thread-safe.</summary>
internal sealed class ModelMetrics(ModelDirectory directory, TimeProvider time)
{
    // Doubling, as batch buckets do; past 1024 rows a call is long whatever its size.
    private static readonly long[] SizeBounds = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    private static readonly (BatchClose Reason, string Label)[] CloseReasons =
    [
        (BatchClose.Full, "full"), (BatchClose.Preferred, "preferred"), (BatchClose.InstanceFree, "instance_free"),
        (BatchClose.ShapeChange, "shape_change"), (BatchClose.NoRoom, "no_room"), (BatchClose.Inline, "inline"), (BatchClose.Unbatched, "unbatched"),
        (BatchClose.QueueDelay, "queue_delay"),
    ];

    private static readonly (string Reason, ScoreStatus[] Outcomes)[] NamedReasons =
    [
        ("REJECTED", [ScoreStatus.Overloaded, ScoreStatus.OverShare, ScoreStatus.Shed, ScoreStatus.StandingQueue, ScoreStatus.QueueTimeout, ScoreStatus.DeadlineExceeded]),
        ("CANCELED", [ScoreStatus.Cancelled]),
        ("BACKEND", [ScoreStatus.Faulted]),
    ];

    // Whatever outcome is added to the enum is counted: where no reason has it, as OTHER.
    private static readonly (string Reason, ScoreStatus[] Outcomes)[] FailureReasons =
    [
        .. NamedReasons,
        ("OTHER", [.. Enum.GetValues<ScoreStatus>().Except(NamedReasons.SelectMany(r => r.Outcomes)).Where(o => o != ScoreStatus.Ok)]),
    ];

    private static readonly (string Reason, ScoreStatus Outcome)[] Refusals =
    [
        ("queue_full", ScoreStatus.Overloaded), ("queue_timeout", ScoreStatus.QueueTimeout), ("deadline", ScoreStatus.DeadlineExceeded),
        ("shed", ScoreStatus.Shed), ("standing_queue", ScoreStatus.StandingQueue), ("share", ScoreStatus.OverShare),
    ];

    /// <summary>The versions to show, in a fixed order: by name, the highest version first.</summary>
    public IReadOnlyList<ServingModel> Versions() => [.. directory.Slots.SelectMany(s => s.Ready)];

    public void WriteInference(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        Each(page, MetricCatalog.RequestSuccess, models, s => s.Success.Count);
        page.Begin(MetricCatalog.RequestFailure);
        foreach (var model in models)
        {
            foreach (var (reason, outcomes) in FailureReasons)
            {
                page.Sample(outcomes.Sum(model.Statistics.FailedWith), model.Name, model.VersionText, reason);
            }
        }
        Each(page, MetricCatalog.InferenceCount, models, s => s.RowCount);
        Each(page, MetricCatalog.ExecutionCount, models, s => s.ExecutionCount);
        page.Begin(MetricCatalog.PendingRequests);
        foreach (var model in models) page.Sample(model.Batcher.Queue.Count, model.Name, model.VersionText);
        Each(page, MetricCatalog.RequestDuration, models, s => Microseconds(s.Success.Nanoseconds));
        Each(page, MetricCatalog.QueueDuration, models, s => Microseconds(s.Queue.Nanoseconds));
        Each(page, MetricCatalog.InputDuration, models, s => Microseconds(s.ComputeInput.Nanoseconds));
        Each(page, MetricCatalog.InferDuration, models, s => Microseconds(s.ComputeInfer.Nanoseconds));
        Each(page, MetricCatalog.OutputDuration, models, s => Microseconds(s.ComputeOutput.Nanoseconds));
        Histograms(page, MetricCatalog.RequestHistogram, models, s => s.RequestDurations);
        Histograms(page, MetricCatalog.QueueHistogram, models, s => s.QueueDurations);
        Histograms(page, MetricCatalog.InputHistogram, models, s => s.InputDurations);
        Histograms(page, MetricCatalog.InferHistogram, models, s => s.InferDurations);
        Histograms(page, MetricCatalog.OutputHistogram, models, s => s.OutputDurations);
    }

    public void WriteBatching(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        page.Begin(MetricCatalog.QueueAge);
        foreach (var model in models) page.Sample(OldestAge(model.Batcher), model.Name, model.VersionText);
        page.Begin(MetricCatalog.BatchClosed);
        foreach (var model in models)
        {
            foreach (var (reason, label) in CloseReasons)
            {
                page.Sample(model.Statistics.ClosedBy(reason), model.Name, model.VersionText, label);
            }
        }
        page.Begin(MetricCatalog.BatchSize);
        foreach (var model in models) WriteSizes(page, model);
    }

    /// <summary>Samples of the family that the caller has begun.</summary>
    public static void WriteRefusals(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        foreach (var model in models)
        {
            foreach (var (reason, outcome) in Refusals)
            {
                page.Sample(model.Statistics.FailedWith(outcome), reason, model.Name, model.VersionText);
            }
        }
    }

    public static void WriteLeases(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        page.Begin(MetricCatalog.ModelLeases);
        foreach (var model in models) page.Sample(model.Leases, model.Name, model.VersionText);
    }

    private double OldestAge(DynamicBatcher batcher)
    {
        var (count, oldest) = batcher.Queue;
        return count == 0 ? 0 : Math.Max(0, time.GetElapsedTime(oldest).TotalSeconds);
    }

    private static void WriteSizes(PrometheusWriter page, ServingModel model)
    {
        var counts = new long[SizeBounds.Length + 1];
        var rows = 0L;
        foreach (var size in model.Statistics.BatchSizes)
        {
            var at = Array.FindIndex(SizeBounds, b => size.Rows <= b);
            counts[at < 0 ? SizeBounds.Length : at] += size.Infer.Count;
            rows += size.Rows * size.Infer.Count;
        }
        page.Histogram(SizeBounds, counts, rows, model.Name, model.VersionText);
    }

    private static void Each(
        PrometheusWriter page, MetricDefinition family, IReadOnlyList<ServingModel> models, Func<ModelStatistics, double> value)
    {
        page.Begin(family);
        foreach (var model in models) page.Sample(value(model.Statistics), model.Name, model.VersionText);
    }

    private static void Histograms(
        PrometheusWriter page, MetricDefinition family, IReadOnlyList<ServingModel> models, Func<ModelStatistics, PhaseHistogram> of)
    {
        page.Begin(family);
        foreach (var model in models) WritePhase(page, of(model.Statistics), model);
    }

    /// <summary>One version's histogram of a phase, with the traces that its buckets hold, in the family that the caller has begun.</summary>
    public static void WritePhase(PrometheusWriter page, PhaseHistogram histogram, ServingModel model)
    {
        page.Histogram(Bounds, histogram.Counts(), Microseconds(histogram.SumNanoseconds), ExemplarOf, [model.Name, model.VersionText]);

        (Exemplar, double)? ExemplarOf(int bucket) => histogram.ExemplarOf(bucket) is { } traced ? (traced, Microseconds(traced.Nanoseconds)) : null;
    }

    private static readonly double[] Bounds = [.. PhaseHistogram.BoundsMicroseconds.ToArray().Select(b => (double)b)];

    private static double Microseconds(long nanoseconds) => nanoseconds / 1e3;
}
