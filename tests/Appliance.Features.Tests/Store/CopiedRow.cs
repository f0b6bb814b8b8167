using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

/// <summary>Copies header and row out.</summary>
internal struct CopiedRow : IRecordReader
{
    public RecordHeader Header;
    public byte[]? Row;

    public void Read(in RecordHeader header, ReadOnlySpan<byte> row)
    {
        Header = header;
        Row = row.ToArray();
    }
}
