using System.Runtime.InteropServices;

namespace Appliance.Inference.Lifecycle;

/// <summary>The heap of the C library, from which the runtime takes what it needs to load models.</summary>
internal static partial class NativeHeap
{
    /// <summary>Gives what was freed back to the system, all arenas. The library itself does so at the end of an arena alone.</summary>
    public static void Trim() => _ = TrimAll(0);

    [LibraryImport("libc", EntryPoint = "malloc_trim")]
    private static partial int TrimAll(nuint kept);
}
