namespace Appliance.Inference.Repository;

/// <summary>
/// The runtime's own settings among a configuration's <c>parameters</c>. Null is the appliance's or the runtime's default.
/// </summary>
public sealed record OrtParameters
{
    /// <summary>Threads within an operator.</summary>
    public int? IntraOpThreads { get; init; }

    /// <summary>Threads across operators; matters only where <see cref="ParallelExecution"/> is true.</summary>
    public int? InterOpThreads { get; init; }

    /// <summary>True where operators that do not depend on each other may run at once.</summary>
    public bool? ParallelExecution { get; init; }

    public bool? MemoryArena { get; init; }

    public bool? MemoryPattern { get; init; }

    public bool? DeviceAllocatorForInitializers { get; init; }

    /// <summary>Devices whose memory arenas shrink after each run, as the runtime writes them (<c>cpu:0</c>); null for none.</summary>
    public string? ArenaShrinkage { get; init; }
}
