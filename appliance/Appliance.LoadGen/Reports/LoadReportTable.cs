using System.Globalization;
using System.Text;

namespace Appliance.LoadGen.Reports;

/// <summary>A report as a Markdown table.</summary>
public static class LoadReportTable
{
    public static string Render(LoadReport report)
    {
        var text = new StringBuilder();
        Line(text, $"{report.Protocol} {report.Path}, {report.Arrivals} arrivals, {report.Connections} connections, seed {report.Seed}");
        Line(text, $"intended {report.IntendedRate:F1}/s, achieved {report.AchievedRate:F1}/s over {report.DurationSeconds:F0} s; client {report.ClientCoreMicros:F2} core-µs a request");
        Line(text, $"ok {report.Ok}, failed {report.Failed} ({string.Join(", ", report.ByStatus.Select(pair => $"{pair.Key} {pair.Value}"))})");
        Line(text, $"");
        Line(text, $"| µs | p50 | p90 | p95 | p99 | p99.9 | p99.99 | max | mean |");
        Line(text, $"|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        Row(text, "latency from intended send", report.Latency);
        Row(text, "of which generator lag", report.SendLag);
        return text.ToString();
    }

    private static void Row(StringBuilder text, string name, PercentileFigures f) =>
        Line(text, $"| {name} | {f.P50:F0} | {f.P90:F0} | {f.P95:F0} | {f.P99:F0} | {f.P999:F0} | {f.P9999:F0} | {f.Max:F0} | {f.Mean:F0} |");

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
