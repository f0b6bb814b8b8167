// Hot path: every event of a backfill is written here.
using Appliance.Features.Journal;
using FeatureModel.Events;

namespace Appliance.Features.Backfill;

/// <summary>Writes events into the journal as history of one view. Owned by one backfill.</summary>
internal sealed class HistoryAppender(FeatureJournal journal, uint view)
{
    private byte[] _record = new byte[4096];
    private long _last = -1;

    /// <summary>Appends one event. Overloaded: what was appended before must become durable first.</summary>
    /// <param name="known">Up to where the caller knows which events the stream has.</param>
    public JournalAppend Append(EventRecord record, long known)
    {
        var parts = EventParts.Of(record) with { HistoryView = view };
        if (_record.Length < parts.Size) _record = new byte[parts.Size * 2];
        var written = parts.WriteTo(_record);
        var result = journal.AppendHistory(_record.AsSpan(0, written), record.Id, known);
        // The stream's own may still be on its way to the disk, and counts for nothing before it is there.
        if (result.Outcome == JournalOutcome.Ok) _last = Math.Max(_last, result.Position);
        return result;
    }

    /// <summary>Waits until everything that was appended, or found, is on the disk.</summary>
    public ValueTask<JournalOutcome> FlushAsync(CancellationToken cancellation) =>
        _last < 0 ? ValueTask.FromResult(JournalOutcome.Ok) : journal.WaitDurableAsync(_last, cancellation);
}
