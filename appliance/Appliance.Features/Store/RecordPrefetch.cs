// Hot path: every row of a read of many keys passes here.
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Appliance.Features.Store;

/// <summary>Asks the processor for the memory of a located row, to be read a little later; nothing where it has no such instruction. Stateless.</summary>
internal static unsafe class RecordPrefetch
{
    private const int LineBytes = 64;

    /// <summary>Bytes of a row that are asked for. 512: beyond, the processor itself has seen that the reads go on.</summary>
    private const int MaxBytes = 512;

    /// <summary>The lines behind the first, which finding the key has touched.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Row(in Located located)
    {
        if (!Sse.IsSupported) return;
        var end = located.Value + Math.Min(located.Length, MaxBytes);
        for (var line = located.Value + LineBytes; line < end; line += LineBytes) Sse.Prefetch0(line);
        Sse.Prefetch0(end - 1);
    }
}
