using Appliance.LoadGen.Reports;
using Compare.Results;

namespace Compare.Swap;

/// <summary>The same open-loop load before, while and after versions are swapped under it.</summary>
internal sealed class SwapFigures
{
    private const int Together = 20;

    public int Swaps { get; set; }
    public int PeriodMilliseconds { get; set; }

    /// <summary>Answers a second to callers who send as fast as they are answered.</summary>
    public double HighestRate { get; set; }

    public LoadReport Before { get; set; } = new();
    public LoadReport With { get; set; } = new();
    public LoadReport After { get; set; } = new();

    /// <summary>Swaps after which the first answer came from another version, or with another version's score.</summary>
    public int WrongAnswers { get; set; }

    public Spread LoadCallMilliseconds { get; set; } = new();

    /// <summary>Resident memory behind the load before the first swap, behind each swap, and behind the load after the last.</summary>
    public double MegabytesBefore { get; set; }
    public List<double> Megabytes { get; set; } = [];
    public double MegabytesAfter { get; set; }

    /// <summary>p99 with swaps to the mean of what it is before and after them.</summary>
    public double P99Ratio => Before.Latency.P99 + After.Latency.P99 > 0 ? Math.Round(2 * With.Latency.P99 / (Before.Latency.P99 + After.Latency.P99), 3) : 0;

    /// <summary>The middle of resident memory over the last quarter of the swaps.</summary>
    public double MegabytesAtEnd => Megabytes.Count == 0 ? 0 : Spread.Of(Megabytes.Skip(Megabytes.Count * 3 / 4)).Median;

    public double MemoryRatio => MegabytesBefore > 0 ? Math.Round(MegabytesAtEnd / MegabytesBefore, 3) : 0;

    /// <summary>
    /// The first swap from which on memory stays within 5 % of what it is at the end, looked at as the middle of twenty swaps, since a return to the system is a
    /// dip of one; 0 where it is so from before the first, null where it never is.
    /// </summary>
    public int? SteadyFrom
    {
        get
        {
            double[] middles = [.. Megabytes.Chunk(Together).Select(some => Spread.Of(some).Median)];
            var last = Array.FindLastIndex(middles, IsOff);
            if (last == middles.Length - 1) return null;
            return last < 0 && !IsOff(MegabytesBefore) ? 0 : (last + 1) * Together + 1;
        }
    }

    private bool IsOff(double megabytes) => Math.Abs(megabytes - MegabytesAtEnd) > 0.05 * MegabytesAtEnd;
}
