using Appliance.Features.Journal;

namespace Appliance.Host.Grpc.Journal;

/// <summary>What senders of events are told when the journal does not take them.</summary>
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
}
