// Hot path where models are scheduled.
namespace Appliance.Inference.Batching.Scheduling;

/// <summary>
/// All that wait for one model version, in the order in which they run: by priority, and in each the delayed ones last. Only levels that
/// hold something exist, since there may be as many as there are numbers. Not thread-safe: its batcher's lock guards it.
/// </summary>
internal sealed class LevelQueues
{
    private readonly ulong _priorities;
    private readonly ulong _defaultPriority;
    private readonly LevelPolicy _defaultPolicy;
    private readonly Dictionary<ulong, LevelPolicy> _ownPolicies;
    private readonly List<PriorityLevel> _levels = [];
    private readonly Stack<PriorityLevel> _spare = new();

    public LevelQueues(ScheduleSettings settings, long timestampFrequency)
    {
        _priorities = settings.PriorityLevels;
        _defaultPriority = settings.DefaultPriority;
        _defaultPolicy = new LevelPolicy(settings.DefaultLimits, settings.DefaultMaxQueueSize, timestampFrequency);
        _ownPolicies = settings.OwnLimits.ToDictionary(
            l => l.Key, l => new LevelPolicy(l.Value, settings.DefaultMaxQueueSize, timestampFrequency));
    }

    public int Count { get; private set; }

    /// <summary>The one that runs first.</summary>
    public BatchEntry? First => _levels.Count == 0 ? null : _levels[0].First;

    /// <summary>Since when the oldest of them waits, in timestamp units; 0 for none.</summary>
    public long OldestQueuedAt
    {
        get
        {
            var oldest = long.MaxValue;
            foreach (var level in _levels)
            {
                if (level.Waiting.Head is { } waiting) oldest = Math.Min(oldest, waiting.Timings.Queued);
                if (level.Delayed.Head is { } delayed) oldest = Math.Min(oldest, delayed.Timings.Queued);
            }
            return oldest == long.MaxValue ? 0 : oldest;
        }
    }

    /// <summary>The priority at which an entry waits: what it asks for, where there is such a level.</summary>
    public ulong PriorityOf(BatchEntry entry) => entry.Priority == 0 || entry.Priority > _priorities ? _defaultPriority : entry.Priority;

    public LevelPolicy PolicyOf(ulong priority) => _ownPolicies.Count > 0 && _ownPolicies.TryGetValue(priority, out var own) ? own : _defaultPolicy;

    /// <summary>Requests that wait at a priority.</summary>
    public int CountAt(ulong priority) => IndexOf(priority) is >= 0 and var at ? _levels[at].Count : 0;

    /// <summary>Rows that run before a request which arrives at a priority now.</summary>
    public int RowsBefore(ulong priority)
    {
        var rows = 0;
        foreach (var level in _levels)
        {
            if (level.Priority > priority) break;
            rows += level.Rows;
        }
        return rows;
    }

    public void Enqueue(BatchEntry entry, ulong priority)
    {
        var at = IndexOf(priority);
        if (at < 0)
        {
            at = ~at;
            if (!_spare.TryPop(out var level)) level = new PriorityLevel();
            level.Become(priority, PolicyOf(priority));
            _levels.Insert(at, level);
        }
        _levels[at].Enqueue(entry);
        Count++;
    }

    public void Remove(BatchEntry entry)
    {
        var level = entry.Level!;
        level.Remove(entry);
        entry.Level = null;
        Count--;
        if (level.Count > 0) return;
        _levels.RemoveAt(IndexOf(level.Priority));
        _spare.Push(level);
    }

    /// <summary>The one that runs after another.</summary>
    public BatchEntry? After(BatchEntry entry)
    {
        if (entry.Next is not null) return entry.Next;
        var level = entry.Level!;
        if (!entry.IsDelayed && level.Delayed.Head is { } delayed) return delayed;
        var next = IndexOf(level.Priority) + 1;
        return next < _levels.Count ? _levels[next].First : null;
    }

    // The complement of where it would stand for one that is not there.
    private int IndexOf(ulong priority)
    {
        int low = 0, high = _levels.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var found = _levels[middle].Priority;
            if (found == priority) return middle;
            if (found < priority) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
