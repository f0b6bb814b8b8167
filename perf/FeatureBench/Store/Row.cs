using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FeatureBench.Store;

/// <summary>The row that is measured: 64 floats, 256 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Row
{
    public const int Bytes = 256;

    private fixed float _values[Bytes / sizeof(float)];

    public readonly float First => _values[0];

    public static Row Of(long key)
    {
        var row = default(Row);
        for (var i = 0; i < 64; i++) row._values[i] = key + i;
        return row;
    }

    [UnscopedRef]
    public ReadOnlySpan<byte> AsBytes() => MemoryMarshal.AsBytes(new ReadOnlySpan<Row>(ref Unsafe.AsRef(in this)));
}
