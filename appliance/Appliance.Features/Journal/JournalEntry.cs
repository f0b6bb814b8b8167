using FeatureModel.Events;

namespace Appliance.Features.Journal;

/// <summary>One record of the journal, seen where it lies in a reader's memory.</summary>
public readonly ref struct JournalEntry
{
    internal JournalEntry(long position, long nextPosition, ReadOnlySpan<byte> record)
    {
        Position = position;
        NextPosition = nextPosition;
        Bytes = record;
    }

    public long Position { get; }

    /// <summary>Where to read on once this record is done with.</summary>
    public long NextPosition { get; }

    /// <summary>The event's binary form.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>The event. What was appended is a record, and its checksum was compared, so this is false only for a newer version's.</summary>
    public bool TryGetRecord(out EventRecord record) => EventRecord.TryParse(Bytes, out record);
}
