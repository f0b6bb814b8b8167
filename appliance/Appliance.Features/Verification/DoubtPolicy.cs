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
    public UnverifiableReason? Judge(ReplayedSample sample, PointInTimeView view, FeatureReference feature, EntityHistory history, long known)
    {
        if (histories.IsFull) return UnverifiableReason.TooManyEvents;
        if (journal.IsDamaged) return UnverifiableReason.HistoryDamaged;
        var since = definitions.StableSince(feature, sample.Revision);
        if (since < 0) return UnverifiableReason.DefinitionChanged;
        var start = view.IsStream ? view.WindowStart(view.Definition.Features.FindIndex(f => f.Name == feature.Feature), sample.ReadAt) : long.MinValue;
        if (journal.IsCut && (start == long.MinValue || start < journal.OldestIngest + settings.Ingest.MaxClockSkewMicros)) return UnverifiableReason.HistoryBegins;
        List<HistoryEvent> counting = [.. history.Events.Where(e => e.Position < known && view.Takes(e))];
        if (MayBeGone(sample, view, counting)) return UnverifiableReason.RowExpired;
        var within = view.IsStream ? counting.Where(e => e.EventTime >= start) : PointInTimeView.Newest(counting, known) is { } newest ? [newest] : [];
        if (within.Any(e => !WasApplied(e, since, sample))) return UnverifiableReason.DefinitionChanged;
        // By the definitions of then it may have been taken.
        if (history.Refused.Exists(e => e.Position < known && e.EventTime >= start && !WasApplied(e.Position, e.IngestTime, since, sample))) return UnverifiableReason.DefinitionChanged;
        // Whether there is a row at all, and how old it is.
        if (counting.Count > 0 && !counting.Exists(e => WasApplied(e, since, sample))) return UnverifiableReason.DefinitionChanged;
        return view.IsStream && IsAgeUnsure(sample, view, history, known) ? UnverifiableReason.DefinitionChanged : null;
    }

    // Whether an event that other features of the view may have taken, or that those of then did not take, is younger than all that surely made the row.
    private bool IsAgeUnsure(ReplayedSample sample, PointInTimeView view, EntityHistory history, long known)
    {
        var since = definitions.RowsStableSince(view.Definition.Name, sample.Revision);
        var (sure, unsure) = (long.MinValue, long.MinValue);
        foreach (var one in history.Events)
        {
            if (one.IsRow || one.Position >= known) continue;
            if (!WasApplied(one, since, sample)) unsure = Math.Max(unsure, one.NotBefore);
            else if (view.Takes(one)) sure = Math.Max(sure, one.NotBefore);
        }
        foreach (var one in history.Refused)
        {
            if (one.Position < known && !WasApplied(one.Position, one.IngestTime, since, sample)) unsure = Math.Max(unsure, Math.Min(one.EventTime, one.IngestTime));
        }
        return unsure > sure;
    }

    private bool WasApplied(HistoryEvent one, long since, ReplayedSample sample) => WasApplied(one.Position, one.IngestTime, since, sample);

    // Whether the event was surely looked at by definitions of that revision or later ones.
    private bool WasApplied(long position, long ingestTime, long since, ReplayedSample sample)
    {
        if (ingestTime >= definitions.TimeOf(since) + TakeUpMicros) return true;
        // Known of this process alone; a sample of one before may have seen other rows.
        return sample.Position >= settings.ProcessStart && settings.Progress.TakenUpAt(since) is >= 0 and var at && position >= at;
    }

    // A row that was over before an event may have been removed, and so begun anew with it; one that is over may have been removed before it was read. By
    // the shortest TTL that the view had meanwhile.
    private bool MayBeGone(ReplayedSample sample, PointInTimeView view, List<HistoryEvent> counting)
    {
        if (counting.Count == 0) return false;
        var ttl = definitions.ShortestTtl(view.Definition.Name, counting[0].IngestTime - TakeUpMicros, sample.Revision);
        var newest = long.MinValue;
        foreach (var one in counting)
        {
            if (newest != long.MinValue && IsOver(one.IngestTime)) return true;
            newest = Math.Max(newest, view.IsStream ? one.IngestTime : one.EventTime);
        }
        return IsOver(sample.ReadAt);

        bool IsOver(long now) => RowExpiry.IsOver(now - newest, ttl, view.ReachMicros, settings.Ingest.MaxClockSkewMicros);
    }
}
