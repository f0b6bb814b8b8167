namespace Lake.Maintenance;

/// <summary>Decides which tier a file belongs to. Pure.</summary>
/// <param name="minAges">Age from which each tier takes files, 0 first, each above the one before.</param>
internal sealed class TieringPolicy(IReadOnlyList<TimeSpan> minAges)
{
    /// <summary>The tier; never one before the file's own: only a restore moves files back.</summary>
    /// <param name="current">The tier that the file is in.</param>
    /// <param name="timeMs">When its rows' time ended, or when they were added, ms since 1970.</param>
    /// <param name="restoredUntilMs">Until when a restore keeps it where it is, ms since 1970; null for none.</param>
    /// <param name="nowMs">The time, ms since 1970.</param>
    public int Decide(int current, long timeMs, long? restoredUntilMs, long nowMs)
    {
        if (restoredUntilMs > nowMs) return current;
        var tier = current;
        for (var i = current + 1; i < minAges.Count; i++)
        {
            if (nowMs - timeMs >= minAges[i].TotalMilliseconds) tier = i;
        }
        return tier;
    }
}
