using System.Globalization;
using Compare.Results;

namespace Compare;

/// <summary>What the first performance table is held to. Pure.</summary>
internal static class Targets
{
    private const double RatioToCeiling = 0.9;
    private const double P99Ratio = 1.5;
    private const double P50DifferenceMicros = 15;
    private const double ReadySeconds = 0.5;
    private const double ResidentMegabytes = 80;
    private const double AllocatedBytes = 32;

    public static List<TargetLine> Evaluate(CompareReport report)
    {
        var lines = new List<TargetLine>();
        foreach (var (rows, whose) in new[] { (report.ClosedLoop, "the own transport's"), (report.AgainstKestrel, "Kestrel's") })
        {
            foreach (var row in rows.Where(row => row.Callers > 1))
            {
                lines.Add(AtLeast($"rate to {whose} ceiling, callers {row.Callers}", row.RatioToCeiling.Median, RatioToCeiling, row.RatioToCeiling.Format("F2")));
                lines.Add(AtMost($"p99 to {whose} no-model call's, callers {row.Callers}", row.P99Ratio.Median, P99Ratio, row.P99Ratio.Format("F2")));
            }
            lines.AddRange(rows.Where(row => row.Callers == 1).Select(row =>
                AtMost($"p50 over {whose} no-model call's in µs, callers 1", row.P50Difference.Median, P50DifferenceMicros, row.P50Difference.Format("F1"))));
        }
        var startUp = report.StartUp;
        lines.Add(AtMost("start to ready, s", startUp?.ReadySeconds.Median, ReadySeconds, startUp?.ReadySeconds.Format("F3")));
        lines.Add(AtMost("idle resident memory, MB", startUp?.ResidentMegabytes.Median, ResidentMegabytes, startUp?.ResidentMegabytes.Format("F1")));
        foreach (var row in report.ClosedLoop)
        {
            var bytes = report.Allocation.FirstOrDefault(allocation => allocation.Callers == row.Callers)?.BytesPerRequest;
            lines.Add(AtMost($"managed bytes a request, callers {row.Callers}", bytes, AllocatedBytes, bytes is { } known ? Text(known) : null));
        }
        return lines;
    }

    private static TargetLine AtLeast(string what, double value, double target, string measured) =>
        new() { What = what, Measured = measured, Target = $"at least {Text(target)}", IsReached = value >= target };

    /// <summary>A figure that could not be measured reaches nothing.</summary>
    private static TargetLine AtMost(string what, double? value, double target, string? measured) =>
        new() { What = what, Measured = measured ?? "not measured", Target = $"at most {Text(target)}", IsReached = value <= target };

    private static string Text(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
