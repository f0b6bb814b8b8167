using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;

namespace Appliance.Host.Telemetry;

/// <summary>The families about the loop that applies events, its checkpoints and its dead letters.</summary>
internal static class IngestMetrics
{
    private static readonly RefusalReason[] Reasons = Enum.GetValues<RefusalReason>();

    /// <param name="now">Microseconds since 1970.</param>
    public static void Write(PrometheusWriter page, FeaturePlatform platform, long now)
    {
        var counts = platform.Statistics;
        page.Begin(FeatureMetricCatalog.Events);
        page.Sample(counts.Applied, "applied");
        page.Sample(counts.Repeated, "repeated");
        page.Sample(Reasons.Sum(counts.Refused), "refused");
        page.Begin(FeatureMetricCatalog.EventsRefused);
        foreach (var reason in Reasons) page.Sample(counts.Refused(reason), MetricWords.Of(reason));
        page.Begin(FeatureMetricCatalog.IngestLag);
        if (counts.Lag >= 0) page.Sample(counts.Lag);
        page.One(FeatureMetricCatalog.IngestOldestAge, PrometheusTime.WaitSeconds(counts.WaitingSince, now));
        page.One(FeatureMetricCatalog.IngestRunning, platform.Failure is null ? 1 : 0);
        page.One(FeatureMetricCatalog.IngestCaughtUp, platform.HasCaughtUp ? 1 : 0);
        page.One(FeatureMetricCatalog.IngestBlocked, counts.BlockedSteps);
        page.Moment(FeatureMetricCatalog.IngestLastRound, counts.LastRound);
        WriteCheckpoints(page, counts);
        page.One(FeatureMetricCatalog.LettersWaiting, counts.WaitingLetters);
        page.One(FeatureMetricCatalog.LetterFailures, counts.FailedLetterFlushes);
        page.Begin(FeatureMetricCatalog.HistoryIds);
        var streams = platform.Catalog.Current.Views.Where(v => v.Kind == ViewKind.Stream).OrderBy(v => v.Name, StringComparer.Ordinal);
        foreach (var view in streams) page.Sample(platform.RememberedHistory(view), view.Name);
    }

    private static void WriteCheckpoints(PrometheusWriter page, IngestStatistics counts)
    {
        page.Begin(FeatureMetricCatalog.Checkpoints);
        page.Sample(counts.Checkpoints, "durable");
        page.Sample(counts.FailedCheckpoints, "failed");
        page.Begin(FeatureMetricCatalog.CheckpointDuration);
        page.Histogram(counts.CheckpointDurations);
        page.Moment(FeatureMetricCatalog.LastCheckpoint, counts.LastCheckpointTime);
        page.One(FeatureMetricCatalog.UnsavedEvents, counts.UnsavedEvents);
    }
}
