// Hot path: every row of a joined history passes here.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Apache.Arrow;
using Apache.Arrow.Types;
using FeatureModel.Values;

namespace Lake.PointInTime.Held;

/// <summary>A feature's values by place, 8 bytes each. Used by one thread.</summary>
/// <param name="type">The feature's; one of fixed width.</param>
/// <param name="places">How many places there are.</param>
internal sealed class HeldColumn(FeatureDataType type, int places)
{
    /// <summary>Bytes of memory that a value takes.</summary>
    public const int ValueBytes = sizeof(ulong) + 1;

    private readonly ulong[] _values = new ulong[places];
    private readonly bool[] _isThere = new bool[places];

    /// <summary>Whether values of the type can be held.</summary>
    public static bool Holds(FeatureDataType type) => WidthOf(type) > 0;

    /// <summary>Puts an array's values at places, one after another; those of place -1 nowhere.</summary>
    public void Set(IArrowArray source, ReadOnlySpan<int> places)
    {
        var (data, hasNulls) = (source.Data, source.NullCount > 0);
        for (var row = 0; row < places.Length; row++)
        {
            if (places[row] >= 0) _isThere[places[row]] = !(hasNulls && source.IsNull(row));
        }
        switch (WidthOf(type))
        {
            case sizeof(ulong):
                Set(MemoryMarshal.Cast<byte, ulong>(data.Buffers[1].Span)[data.Offset..], places);
                break;
            case sizeof(uint):
                Set(MemoryMarshal.Cast<byte, uint>(data.Buffers[1].Span)[data.Offset..], places);
                break;
            default:
                var bits = data.Buffers[1].Span;
                for (var row = 0; row < places.Length; row++)
                {
                    if (places[row] >= 0) _values[places[row]] = BitUtility.GetBit(bits, data.Offset + row) ? 1UL : 0;
                }
                break;
        }
    }

    public void Copy(int from, int to) => (_values[to], _isThere[to]) = (_values[from], _isThere[from]);

    /// <summary>The values of some places; null for -1.</summary>
    public IArrowArray Take(ReadOnlySpan<int> places)
    {
        var (validity, nulls) = (new byte[BitUtility.ByteCount(places.Length)], 0);
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0 && _isThere[places[i]]) BitUtility.SetBit(validity, i);
            else nulls++;
        }
        var values = WidthOf(type) switch
        {
            sizeof(ulong) => Values<ulong>(places),
            sizeof(uint) => Values<uint>(places),
            _ => Bits(places),
        };
        return ArrowArrayFactory.BuildArray(new ArrayData(FeatureColumn.TypeOf(type), places.Length, nulls, 0, [new ArrowBuffer(validity), new ArrowBuffer(values)]));
    }

    // In bytes; 1 for a bit, 0 for any number.
    private static int WidthOf(FeatureDataType type) => type switch
    {
        FeatureDataType.Int64 or FeatureDataType.Double or FeatureDataType.UnixTimestamp => sizeof(ulong),
        FeatureDataType.Int32 or FeatureDataType.Float => sizeof(uint),
        FeatureDataType.Bool => 1,
        _ => 0,
    };

    private void Set<T>(ReadOnlySpan<T> values, ReadOnlySpan<int> places)
        where T : unmanaged, IBinaryInteger<T>
    {
        for (var row = 0; row < places.Length; row++)
        {
            if (places[row] >= 0) _values[places[row]] = ulong.CreateTruncating(values[row]);
        }
    }

    private byte[] Values<T>(ReadOnlySpan<int> places)
        where T : unmanaged, IBinaryInteger<T>
    {
        var bytes = new byte[places.Length * Unsafe.SizeOf<T>()];
        var values = MemoryMarshal.Cast<byte, T>(bytes.AsSpan());
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0) values[i] = T.CreateTruncating(_values[places[i]]);
        }
        return bytes;
    }

    private byte[] Bits(ReadOnlySpan<int> places)
    {
        var bits = new byte[BitUtility.ByteCount(places.Length)];
        for (var i = 0; i < places.Length; i++)
        {
            if (places[i] >= 0 && _values[places[i]] != 0) BitUtility.SetBit(bits, i);
        }
        return bits;
    }
}
