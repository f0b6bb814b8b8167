using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Copies the rows of many keys out; null where there is none.</summary>
internal struct CopiedRows(int keys) : IManyRecordReader
{
    public readonly byte[]?[] Rows = new byte[]?[keys];

    public readonly void Read(int index, in RecordHeader header, ReadOnlySpan<byte> row) => Rows[index] = row.ToArray();
}
