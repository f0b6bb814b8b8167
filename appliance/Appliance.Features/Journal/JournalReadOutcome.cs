namespace Appliance.Features.Journal;

/// <summary>What a read of the journal came to.</summary>
public enum JournalReadOutcome
{
    /// <summary>The batch holds records.</summary>
    Records,

    /// <summary>Nothing durable stands behind the reader's position yet. Only where reading does not wait.</summary>
    CaughtUp,

    /// <summary>Records are damaged or missing here; the next read goes on behind them.</summary>
    Damaged,

    /// <summary>What the position names has been removed; the reader says what is the oldest there is.</summary>
    BehindRetention,

    /// <summary>The position lies past the journal's end, so it belongs to another journal.</summary>
    PastEnd,

    /// <summary>The position lies within a record, which the reader names; nothing was read.</summary>
    WithinRecord,

    /// <summary>The journal is closed.</summary>
    Closed,
}
