// Hot path: every event of a backfill passes here.
using FeatureModel.Events;

namespace Appliance.Features.Journal;

// Taking history: events of long ago for one view, kept apart from those of the stream.
public sealed partial class FeatureJournal
{
    /// <summary>
    /// Takes one record of history, unless the stream has been given the same event since: a duplicate then, with that one's position. Its own id is not
    /// remembered. Never waits for the disk.
    /// </summary>
    /// <param name="record">Of history; the journal sets the ingest time.</param>
    /// <param name="streamId">The id that the same event has in the stream.</param>
    /// <param name="known">Up to where the caller knows by itself which events the stream has. <see cref="JournalOutcome.InvalidPosition"/>: the journal has
    /// forgotten ids from there on, so the caller must read on first.</param>
    internal JournalAppend AppendHistory(ReadOnlySpan<byte> record, in EventId streamId, long known)
    {
        if (!EventRecord.TryParse(record, out var parsed) || parsed.Bytes.Length != record.Length || !parsed.IsHistory) return JournalAppend.Refused(JournalOutcome.InvalidRecord);
        JournalAppend result;
        lock (_gate)
        {
            if (_closed) return JournalAppend.Refused(JournalOutcome.Closed);
            if (_dedup.ForgottenPosition >= known) return JournalAppend.Refused(JournalOutcome.InvalidPosition);
            if (_dedup.TryFind(streamId, out var position) && position >= known) return new JournalAppend(JournalOutcome.Ok, position, Duplicate: true);
            result = EnqueueLocked(parsed, IngestTime());
        }
        if (result.Outcome == JournalOutcome.Ok) RequestCommit();
        return result;
    }
}
