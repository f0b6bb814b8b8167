namespace Appliance.Features.Store;

/// <summary>Makes a row's next state from its current one.</summary>
public interface IRowUpdater
{
    /// <summary>Bytes that the next row takes at most.</summary>
    int MaxBytes(bool exists, in RecordHeader current, ReadOnlySpan<byte> row);

    /// <summary>
    /// Writes the next row and the times and layout that go with it. Both are given as they stand; all zero and empty where none exists.
    /// Returns the next row's bytes, or -1 to leave the key as it is.
    /// </summary>
    int Update(bool exists, ref RecordHeader header, ReadOnlySpan<byte> row, Span<byte> next);
}
