namespace Appliance.Features.Journal;

/// <summary>Where a record stands in the journal, or why it does not.</summary>
/// <param name="Outcome">Ok: it stands at the position; it is durable once waiting for the position has completed.</param>
/// <param name="Position">The record's own; a duplicate's is the original's.</param>
/// <param name="Duplicate">Whether an event of the same id was there already, within the horizon.</param>
public readonly record struct JournalAppend(JournalOutcome Outcome, long Position, bool Duplicate)
{
    internal static JournalAppend Refused(JournalOutcome outcome) => new(outcome, -1, Duplicate: false);
}
