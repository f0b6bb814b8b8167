namespace Appliance.Inference.Lifecycle;

// What loads and unloads leave in memory goes back to the system here.
public sealed partial class ModelManager
{
    // The code that only loads run is a tenth of the process, and each loading thread may have the C library grow another arena: they go back at once,
    // because where swaps follow each other they would stay for good. At the start that is done once, behind the last load.
    private ServingModel LoadAndTidy(ModelPlan plan, long version, Action warming)
    {
        try
        {
            return source.Load(plan, version, warming);
        }
        finally
        {
            if (Started) GiveBack();
        }
    }

    /// <summary>A while behind an unload.</summary>
    private static void GiveBackAll()
    {
        ManagedHeap.GiveBack();
        GiveBack();
    }

    private static void GiveBack()
    {
        NativeHeap.Trim();
        CodePages.GiveBack();
    }
}
