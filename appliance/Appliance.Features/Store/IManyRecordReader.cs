namespace Appliance.Features.Store;

/// <summary>As <see cref="IRecordReader"/>, for one of many keys. Called for each key that is found, in any order.</summary>
public interface IManyRecordReader
{
    /// <summary>Reads the record of the key at that place.</summary>
    void Read(int index, in RecordHeader header, ReadOnlySpan<byte> row);
}
