namespace Lake.Query;

/// <summary>What one query may take. Immutable.</summary>
public sealed record QueryLimits
{
    /// <summary>The longest time: what timers of the runtime can count, some 49 days.</summary>
    public static readonly TimeSpan MostTime = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    /// <summary>From the start to the last row, the reader's own time included, <see cref="MostTime"/> at most; null for no limit.</summary>
    public TimeSpan? Time { get; init; }

    /// <summary>Bytes that the engine holds at most; beyond, it spills to <see cref="StagingFolder"/>. 2 GiB: leaves room for a scorer beside it on a machine of 8 GiB.</summary>
    public long MemoryBytes { get; init; } = 2L << 30;

    /// <summary>Bytes that the engine spills at most. 16 GiB, as much as storages stage.</summary>
    public long SpillBytes { get; init; } = 16L << 30;

    /// <summary>Rows of the result at most; null for no limit.</summary>
    public long? Rows { get; init; }

    /// <summary>Threads of the engine; null for one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>Where a query has a folder of its own for what it spills and lists; it goes with the query.</summary>
    public string StagingFolder { get; init; } = Path.Combine(Path.GetTempPath(), "lake-query");

    /// <exception cref="QueryException">A limit is not what it can be.</exception>
    internal void Check()
    {
        if (Time is { } time && time <= TimeSpan.Zero) throw new QueryException($"limit Time is {time}; it must be above 0");
        if (Time > MostTime) throw new QueryException($"limit Time is {Time}; it must be {MostTime} at most, which is what timers can count");
        // DuckDB's own least is about that for a few threads.
        if (MemoryBytes < 64 << 20) throw new QueryException($"limit MemoryBytes is {MemoryBytes}; it must be 67108864 (64 MiB) or more");
        if (SpillBytes < 0) throw new QueryException($"limit SpillBytes is {SpillBytes}; it must be 0 or more");
        if (Rows is < 1) throw new QueryException($"limit Rows is {Rows}; it must be 1 or more");
        if (Threads is < 1) throw new QueryException($"limit Threads is {Threads}; it must be 1 or more");
    }
}
