using Appliance.Features.Journal;

namespace Appliance.Host.Rest.Features;

/// <summary>What senders of rows are told when not all of them were taken. Pure.</summary>
internal static class PushRefusals
{
    /// <summary>Null where every row is on the disk; else why not, and the outcome that says with which status.</summary>
    /// <param name="append">What the journal said of the rows, or of the first that it did not take.</param>
    /// <param name="durable">What waiting for those that it took came to; Ok where there were none.</param>
    /// <param name="taken">How many rows it took.</param>
    /// <param name="rows">How many there are.</param>
    public static (JournalOutcome Outcome, string Message)? Find(JournalOutcome append, JournalOutcome durable, int taken, int rows)
    {
        // Taken and not on the disk is not acknowledged, however many they are.
        if (durable != JournalOutcome.Ok) return (durable, $"none of the {rows} rows is acknowledged: {Sentence(durable)}; send all of them again");
        return append == JournalOutcome.Ok ? null : (append, $"{taken} of {rows} rows were taken: {Sentence(append)}");
    }

    private static string Sentence(JournalOutcome outcome) => outcome switch
    {
        JournalOutcome.Overloaded => "the journal waits for the disk; send the rows again shortly, those that were taken count once",
        JournalOutcome.DiskFull => "the journal's disk is full",
        JournalOutcome.DiskFailed => "the journal's disk refuses writes",
        JournalOutcome.TooLarge => "the next row is larger than the journal takes",
        JournalOutcome.Closed => "the appliance is stopping",
        _ => outcome.ToString(),
    };
}
