using Appliance.Features.Journal;

namespace Appliance.Host.Telemetry;

/// <summary>The families about the journal.</summary>
internal static class JournalMetrics
{
    // Those that an append can have; Ok is called taken.
    private static readonly JournalOutcome[] Refusals =
    [
        JournalOutcome.Overloaded, JournalOutcome.DiskFull, JournalOutcome.DiskFailed, JournalOutcome.InvalidRecord, JournalOutcome.TooLarge, JournalOutcome.Closed,
    ];

    /// <param name="now">Microseconds since 1970.</param>
    public static void Write(PrometheusWriter page, FeatureJournal journal, long now)
    {
        page.Begin(FeatureMetricCatalog.JournalAppends);
        page.Sample(journal.Appends(JournalOutcome.Ok), "taken");
        page.Sample(journal.Duplicates, "duplicate");
        foreach (var refusal in Refusals) page.Sample(journal.Appends(refusal), MetricWords.Of(refusal));
        page.One(FeatureMetricCatalog.JournalRecords, journal.Records);
        page.One(FeatureMetricCatalog.JournalAppendedBytes, journal.AppendedBytes);
        page.One(FeatureMetricCatalog.JournalBytes, journal.RetainedBytes);
        page.Age(FeatureMetricCatalog.JournalOldestAge, journal.OldestIngestTime, now);
        page.Age(FeatureMetricCatalog.JournalNewestAge, journal.NewestIngestTime, now);
        WriteWaiting(page, journal, now);
        WriteDisk(page, journal);
        page.One(FeatureMetricCatalog.JournalRememberedIds, journal.RememberedIds);
        page.One(FeatureMetricCatalog.JournalDamages, journal.Damages);
        WriteReaders(page, journal, now);
    }

    private static void WriteWaiting(PrometheusWriter page, FeatureJournal journal, long now)
    {
        page.One(FeatureMetricCatalog.JournalWaiting, journal.WaitingRecords);
        page.One(FeatureMetricCatalog.JournalWaitingBytes, journal.WaitingBytes);
        page.One(FeatureMetricCatalog.JournalWaitingAge, PrometheusTime.WaitSeconds(journal.WaitingSince, now));
        page.Begin(FeatureMetricCatalog.JournalCommits);
        page.Histogram(journal.CommitDurations);
        page.Moment(FeatureMetricCatalog.JournalLastCommit, journal.LastCommitTime);
    }

    private static void WriteDisk(PrometheusWriter page, FeatureJournal journal)
    {
        var state = journal.Fault?.Outcome switch
        {
            null => "ok",
            JournalOutcome.DiskFull => "full",
            _ => "failed",
        };
        page.Begin(FeatureMetricCatalog.JournalDiskState);
        foreach (var word in (ReadOnlySpan<string>)["ok", "full", "failed"]) page.Sample(word == state ? 1 : 0, word);
    }

    private static void WriteReaders(PrometheusWriter page, FeatureJournal journal, long now)
    {
        var readers = journal.ListReaders();
        page.Begin(FeatureMetricCatalog.JournalReaderLag);
        foreach (var reader in readers) page.Sample(reader.LagBytes, reader.Name);
        page.Begin(FeatureMetricCatalog.JournalReaderAge);
        foreach (var reader in readers) page.Sample(PrometheusTime.WaitSeconds(PrometheusTime.Micros(reader.AdvancedAt), now), reader.Name);
    }
}
