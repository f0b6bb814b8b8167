namespace Appliance.Features.Store;

/// <summary>Where a record's value lies: valid while the session that found it stays in the store's epoch.</summary>
internal unsafe struct Located
{
    /// <summary>The header; null where the value was copied to the session's shelf.</summary>
    public byte* Value;

    /// <summary>Bytes of header and row, room for growth included.</summary>
    public int Length;

    /// <summary>The record's address in the log.</summary>
    public long Address;

    public readonly int RowRoom => Length - RecordHeader.Bytes;
}
