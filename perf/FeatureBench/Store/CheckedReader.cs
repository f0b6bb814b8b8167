using System.Runtime.CompilerServices;
using Appliance.Features.Store;

namespace FeatureBench.Store;

/// <summary>What serving does with a row of 64 floats: status from layout and age, then the floats out.</summary>
internal ref struct CheckedReader(ref Row target, long now, long maxAge) : IRecordReader
{
    private readonly ref Row _target = ref target;

    public int Status;

    public void Read(in RecordHeader header, ReadOnlySpan<byte> row)
    {
        if (header.Layout != 1 || row.Length < Row.Bytes)
        {
            Status = 3;
            return;
        }
        Status = now - header.EventTime > maxAge ? 4 : 1;
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<Row, byte>(ref _target), ref Unsafe.AsRef(in row[0]), Row.Bytes);
    }
}
