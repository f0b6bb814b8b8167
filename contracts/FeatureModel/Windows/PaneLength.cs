using FeatureModel.Definitions;

namespace FeatureModel.Windows;

/// <summary>
/// The pane of each window length, a pure table (docs/features/windows.md): the longest of a ladder of lengths that divides the window into
/// 30 to 60 panes. Rungs divide a minute, an hour or a day, so that windows of round lengths share panes and panes begin on round times.
/// </summary>
public static class PaneLength
{
    /// <summary>Few enough panes to read in a fraction of a microsecond; many enough that a window is at most a thirtieth short.</summary>
    public const int FewestPanes = 30, MostPanes = 60;

    public const long ShortestWindow = Durations.Minute;
    public const long LongestWindow = 90 * Durations.Day;

    private static readonly long[] Ladder =
    [
        .. new long[]
        {
            2, 3, 4, 5, 6, 10, 12, 15, 20, 30,
            60, 120, 180, 240, 300, 360, 600, 720, 900, 1_200, 1_800,
            3_600, 7_200, 10_800, 14_400, 21_600, 28_800, 43_200,
            86_400, 172_800,
        }.Select(seconds => seconds * Durations.Second).Reverse(),
    ];

    /// <summary>The pane of a window of that length, both in microseconds; false where no rung divides it.</summary>
    public static bool TryOf(long window, out long pane)
    {
        pane = 0;
        if (window is < ShortestWindow or > LongestWindow) return false;
        pane = Array.Find(Ladder, rung => window % rung == 0 && window / rung is >= FewestPanes and <= MostPanes);
        return pane > 0;
    }

    /// <summary>The longest window below and the shortest above that have a pane; 0 where there is none on that side.</summary>
    public static (long Below, long Above) Nearest(long window)
    {
        long below = 0, above = 0;
        foreach (var rung in Ladder)
        {
            var least = Math.Max(FewestPanes * rung, ShortestWindow);
            var most = Math.Min(MostPanes * rung, LongestWindow);
            var down = Math.Min(window / rung * rung, most);
            if (down >= least && down > below) below = down;
            var up = Math.Max((window + rung - 1) / rung * rung, least);
            if (up <= most && (above == 0 || up < above)) above = up;
        }
        return (below, above);
    }

    /// <summary>Number of the pane that holds a moment. Pane 0 begins at the Unix epoch.</summary>
    public static long PaneOf(long micros, long pane)
    {
        var (quotient, rest) = Math.DivRem(micros, pane);
        return rest < 0 ? quotient - 1 : quotient;
    }
}
