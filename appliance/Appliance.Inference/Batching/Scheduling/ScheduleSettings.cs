namespace Appliance.Inference.Batching.Scheduling;

/// <summary>How a model's configuration asks for its requests to be queued and put into batches. Immutable.</summary>
public sealed record ScheduleSettings
{
    /// <summary>Rows in one batch at most; 0 for a model without a batch dimension.</summary>
    public int MaxBatchSize { get; init; }

    /// <summary>Row counts at which a batch is closed at once, ascending; empty for the largest batch alone.</summary>
    public IReadOnlyList<int> PreferredSizes { get; init; } = [];

    /// <summary>How long the oldest request may wait for others to make a preferred size with it; zero for not at all.</summary>
    public TimeSpan MaxQueueDelay { get; init; }

    /// <summary>Whether answers leave in the order in which their batches were closed.</summary>
    public bool PreserveOrdering { get; init; }

    /// <summary>Priorities that requests may ask for, 1 the highest; 0 where all are alike.</summary>
    public ulong PriorityLevels { get; init; }

    /// <summary>The priority of requests that ask for none that there is.</summary>
    public ulong DefaultPriority { get; init; }

    /// <summary>The limits of every level that has none of its own.</summary>
    public LevelLimits DefaultLimits { get; init; } = new();

    /// <summary>Limits of single levels.</summary>
    public IReadOnlyDictionary<ulong, LevelLimits> OwnLimits { get; init; } = new Dictionary<ulong, LevelLimits>();

    /// <summary>Requests that may wait in a level whose limits do not say.</summary>
    public int DefaultMaxQueueSize { get; init; } = int.MaxValue;

    /// <summary>Rows that are run together on the thread that brought them at most; 0 for none.</summary>
    public int OwnThreadRows { get; init; }
}
