// Hot path: once for each row of a history that is the best so far.
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
    private IArrowArray? _source;

    /// <summary>Whether values of the type can be held.</summary>
    public static bool Holds(FeatureDataType type) => WidthOf(type) > 0;

    /// <summary>The array whose values are set next.</summary>
    public void Bind(IArrowArray source) => _source = source;

    public void Set(int place, int row)
    {
        _isThere[place] = !_source!.IsNull(row);
        if (_isThere[place]) _values[place] = Read(row);
    }

    public void Copy(int from, int to) => (_values[to], _isThere[to]) = (_values[from], _isThere[from]);

    /// <summary>The values of some places; null for -1.</summary>
    public IArrowArray Take(ReadOnlySpan<int> places)
    {
        var isThere = new ArrowBuffer.BitmapBuilder(places.Length);
        foreach (var place in places) isThere.Append(place >= 0 && _isThere[place]);
        var values = WidthOf(type) switch
        {
            sizeof(ulong) => Values<ulong>(places, v => v),
            sizeof(uint) => Values<uint>(places, v => (uint)v),
            _ => Bits(places),
        };
        return ArrowArrayFactory.BuildArray(new ArrayData(FeatureColumn.TypeOf(type), places.Length, isThere.UnsetBitCount, 0, [isThere.Build(), values]));
    }

    // In bytes; 1 for a bit, 0 for any number.
    private static int WidthOf(FeatureDataType type) => type switch
    {
        FeatureDataType.Int64 or FeatureDataType.Double or FeatureDataType.UnixTimestamp => sizeof(ulong),
        FeatureDataType.Int32 or FeatureDataType.Float => sizeof(uint),
        FeatureDataType.Bool => 1,
        _ => 0,
    };

    private ulong Read(int row)
    {
        var data = _source!.Data;
        var values = data.Buffers[1].Span;
        return WidthOf(type) switch
        {
            sizeof(ulong) => MemoryMarshal.Cast<byte, ulong>(values)[data.Offset + row],
            sizeof(uint) => MemoryMarshal.Cast<byte, uint>(values)[data.Offset + row],
            _ => BitUtility.GetBit(values, data.Offset + row) ? 1UL : 0,
        };
    }

    private ArrowBuffer Values<T>(ReadOnlySpan<int> places, Func<ulong, T> of)
        where T : struct
    {
        var values = new ArrowBuffer.Builder<T>(places.Length);
        foreach (var place in places) values.Append(place < 0 ? default : of(_values[place]));
        return values.Build();
    }

    private ArrowBuffer Bits(ReadOnlySpan<int> places)
    {
        var values = new ArrowBuffer.BitmapBuilder(places.Length);
        foreach (var place in places) values.Append(place >= 0 && _values[place] != 0);
        return values.Build();
    }
}
