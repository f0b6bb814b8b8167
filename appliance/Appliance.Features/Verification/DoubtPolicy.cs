using Appliance.Features.Ingest;
using FeatureModel.Definitions;
using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>Whether a stored feature of a sample can be judged at all: what would have to be known, is. Used by one run.</summary>
internal sealed class DoubtPolicy(DefinitionHistory definitions, JournalHistory journal, EntityHistories histories, VerificationSettings settings)
{
    /// <summary>
    /// How long after a revision's time events may still have been applied by the one before, in microseconds: its file is flushed and its catalog compiled, which takes
    /// some ten milliseconds. 1 s. Within this process the position is known instead.
    /// </summary>
    private const long TakeUpMicros = 1_000_000;

    /// <summary>Why a value that differs need not be wrong; null where it must be.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="view">The feature's view.</param>
    /// <param name="feature">A stored feature.</param>
    /// <param name="history">The entity's events.</param>
    /// <param name="known">The position before which they count.</param>
    public UnverifiableReason? Judge(ReplayedSample sample, PointInTimeView view, FeatureReference feature, IReadOnlyList<HistoryEvent> history, long known)
    {
        if (histories.IsFull) return UnverifiableReason.TooManyEvents;
        if (journal.IsDamaged) return UnverifiableReason.HistoryDamaged;
        var since = definitions.StableSince(feature, sample.Revision);
        if (since < 0) return UnverifiableReason.DefinitionChanged;
        var start = view.IsStream ? view.WindowStart(view.Definition.Features.FindIndex(f => f.Name == feature.Feature), sample.ReadAt) : long.MinValue;
        if (journal.IsCut && (start == long.MinValue || start < journal.OldestIngest + settings.Ingest.MaxClockSkewMicros)) return UnverifiableReason.HistoryBegins;
        List<HistoryEvent> counting = [.. history.Where(e => e.Position < known && view.Takes(e))];
        if (MayBeGone(view, counting, sample.ReadAt)) return UnverifiableReason.RowExpired;
        var within = view.IsStream ? counting.Where(e => e.EventTime >= start) : PointInTimeView.Newest(counting, known) is { } newest ? [newest] : [];
        if (within.Any(e => !WasApplied(e, since, sample))) return UnverifiableReason.DefinitionChanged;
        // Whether there is a row at all.
        return counting.Count > 0 && !counting.Exists(e => WasApplied(e, since, sample)) ? UnverifiableReason.DefinitionChanged : null;
    }

    // Whether the event was surely applied by definitions in which the feature was as it is.
    private bool WasApplied(HistoryEvent one, long since, ReplayedSample sample)
    {
        if (one.IngestTime >= definitions.TimeOf(since) + TakeUpMicros) return true;
        // Known of this process alone; a sample of one before may have seen other rows.
        return sample.Position >= settings.ProcessStart && settings.Progress.TakenUpAt(since) is >= 0 and var at && one.Position >= at;
    }

    // A row that was over before an event may have been removed, and so begun anew with it; one that is over may have been removed before it was read.
    private bool MayBeGone(PointInTimeView view, List<HistoryEvent> counting, long asOf)
    {
        var newest = long.MinValue;
        foreach (var one in counting)
        {
            if (newest != long.MinValue && IsOver(one.IngestTime)) return true;
            newest = Math.Max(newest, view.IsStream ? one.IngestTime : one.EventTime);
        }
        return newest != long.MinValue && IsOver(asOf);

        bool IsOver(long now) => RowExpiry.IsOver(now - newest, view.TtlMicros, view.ReachMicros, settings.Ingest.MaxClockSkewMicros);
    }
}
