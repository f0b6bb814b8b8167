using System.Runtime.InteropServices;
using Apache.Arrow;

namespace Lake.Import.Building;

/// <summary>Ends of lists as Arrow's offsets. Pure.</summary>
internal static class Offsets
{
    public static ArrowBuffer Of(List<int> ends)
    {
        var bytes = new byte[(ends.Count + 1) * 4];
        MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(ends)).CopyTo(bytes.AsSpan(4));
        return new ArrowBuffer(bytes);
    }
}
