namespace Appliance.Features.Journal;

/// <summary>What came of something asked of the journal.</summary>
public enum JournalOutcome
{
    Ok,

    /// <summary>More bytes wait for the disk than may; try again shortly.</summary>
    Overloaded,

    /// <summary>The disk has no room. What was appended before is written when it has, and appending is then taken again.</summary>
    DiskFull,

    /// <summary>The disk refuses writes for another reason; they are tried again until it takes them.</summary>
    DiskFailed,

    /// <summary>The bytes are no event record.</summary>
    InvalidRecord,

    /// <summary>The record is larger than a page holds.</summary>
    TooLarge,

    /// <summary>No reader is registered under the name.</summary>
    UnknownReader,

    /// <summary>The name is not 1 to 64 letters, digits, dots, dashes and underscores.</summary>
    InvalidName,

    /// <summary>The position is behind the reader's own, past the newest durable record or within a record.</summary>
    InvalidPosition,

    /// <summary>The journal is closed.</summary>
    Closed,
}
