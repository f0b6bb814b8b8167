using System.Diagnostics;

namespace LakeBench;

/// <summary>Times sides that take turns, so that what the machine does beside falls on all of them. Stateless.</summary>
internal static class Rounds
{
    /// <summary>Medians in seconds, a side each; a first round of each warms up and is not counted.</summary>
    /// <param name="rounds">Rounds that count.</param>
    /// <param name="sides">What is timed, and what comes before each time without being timed.</param>
    public static async Task<double[]> MediansAsync(int rounds, params (Func<Task>? Before, Func<Task> Run)[] sides)
    {
        var times = sides.Select(_ => new List<double>()).ToArray();
        for (var round = 0; round <= rounds; round++)
        {
            for (var side = 0; side < sides.Length; side++)
            {
                if (sides[side].Before is { } before) await before();
                // What the round before left is not this one's to collect.
                GC.Collect();
                var started = Stopwatch.GetTimestamp();
                await sides[side].Run();
                if (round > 0) times[side].Add(Stopwatch.GetElapsedTime(started).TotalSeconds);
            }
        }
        return [.. times.Select(Median)];
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times.Count % 2 == 1 ? times[times.Count / 2] : (times[(times.Count / 2) - 1] + times[times.Count / 2]) / 2;
    }
}
