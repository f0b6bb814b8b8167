using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>As <see cref="CheckedReader"/>, into the rows of a tensor.</summary>
internal ref struct GatherReader(Span<byte> tensor, long now, long maxAge) : IManyRecordReader
{
    private readonly Span<byte> _tensor = tensor;

    public int Present;

    public void Read(int index, in RecordHeader header, ReadOnlySpan<byte> row)
    {
        if (header.Layout != 1 || row.Length < Row.Bytes || now - header.EventTime > maxAge) return;
        Present++;
        row[..Row.Bytes].CopyTo(_tensor[(index * Row.Bytes)..]);
    }
}
