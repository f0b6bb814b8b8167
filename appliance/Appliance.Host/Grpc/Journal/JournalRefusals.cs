using Appliance.Features.Journal;

namespace Appliance.Host.Grpc.Journal;

/// <summary>What senders of events and readers are told when the journal does not take what they bring.</summary>
internal static class JournalRefusals
{
    /// <summary>Why, and what to do.</summary>
    public static string Sentence(JournalOutcome outcome) => outcome switch
    {
        JournalOutcome.Overloaded => "more bytes wait for the disk than may; send all of it again shortly, what was taken counts once",
        JournalOutcome.DiskFull => "the journal's disk is full; send all of it again until it is taken, what is there by then counts once",
        JournalOutcome.DiskFailed => "the journal's disk refuses writes; send all of it again until it is taken, what is there by then counts once",
        JournalOutcome.Closed => "the appliance is stopping; send all of it again, what was taken counts once",
        _ => $"the journal refused an event: {outcome}",
    };

    /// <summary>Why a change of a registered reader was not made, and what to do.</summary>
    public static string OfReader(JournalOutcome outcome, string name) => outcome switch
    {
        JournalOutcome.DiskFull => $"name is '{name}'; the journal's disk is full and has no room to write this reader's change down, so the reader is as it was: make room and call again",
        JournalOutcome.DiskFailed => $"name is '{name}'; the journal's disk refuses to write this reader's change down, so the reader is as it was: call again once it takes writes",
        JournalOutcome.Closed => $"name is '{name}'; the appliance is stopping, and the reader is as it was",
        _ => $"name is '{name}'; the journal refused the change of this reader: {outcome}",
    };
}
