namespace Appliance.Features.Store;

/// <summary>
/// Takes what it needs from a record, on the store's own memory. It may run again when the writer changed the record meanwhile, and the last run
/// counts; until then it may see a mixture of two rows of that key, so it checks bounds and throws nothing. It calls no store.
/// </summary>
public interface IRecordReader
{
    /// <summary>Reads one record.</summary>
    void Read(in RecordHeader header, ReadOnlySpan<byte> row);
}
