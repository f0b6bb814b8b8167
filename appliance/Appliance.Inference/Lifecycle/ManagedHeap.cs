namespace Appliance.Inference.Lifecycle;

/// <summary>
/// The collector's heap, behind loads and unloads. Requests leave next to no garbage, so that what loads leave would lie there until it is as much as
/// the processor's cache, and a version's own objects until the first full collection.
/// </summary>
internal static class ManagedHeap
{
    /// <summary>
    /// Bytes in use up to which a heap is collected whole and its empty pages go back. 16 MB: with a model or a few it has 8, and is done in 6 ms; a
    /// larger one would stop requests for longer, to give back what is then a small share.
    /// </summary>
    public const long SmallBytes = 16L << 20;

    /// <summary>Collects what unloads left. Requests stand still meanwhile.</summary>
    public static void GiveBack()
    {
        if (IsSmall(GC.GetTotalMemory(forceFullCollection: false))) GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        else GC.Collect(1, GCCollectionMode.Forced, blocking: true, compacting: false);
    }

    /// <summary>Whether a heap with so many bytes in use, garbage among them, is collected whole.</summary>
    internal static bool IsSmall(long bytes) => bytes <= SmallBytes;
}
