namespace Appliance.Inference;

/// <summary>Log event ids of this project: 1000 to 1999. An id keeps its meaning for ever.</summary>
public static class EventIds
{
    public const int ModelReady = 1000;
    public const int ModelLoadFailed = 1001;
    public const int ModelRouted = 1002;
    public const int ModelUnloaded = 1003;
    public const int RepositoryUnreadable = 1004;
    public const int RuntimeMessage = 1005;
    public const int PinsUnreadable = 1006;
    public const int ModelNotWarmed = 1007;
    public const int ModelDeployed = 1020;
    public const int ModelDeleted = 1021;
    public const int ModelStaged = 1022;
    public const int ShareMoves = 1008;
}
