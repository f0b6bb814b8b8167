using Appliance.LoadGen;
using Compare.Results;

namespace Compare.Tables;

/// <summary>A run of a table of lines as Markdown.</summary>
internal static class TableRenderer
{
    public static string Render(TableReport report)
    {
        var text = new MarkdownText();
        text.Line($"# {report.Name}\n");
        text.Origin(report.Source, report.Machine, report.Date);
        text.Line($"{string.Join(", ", report.Versions.Select(pair => $"{pair.Key} {pair.Value}"))}.");
        text.Line($"{report.Rounds} rounds of {report.RoundSeconds} s of each side, in turns; median (lowest–highest), ratios round by round.");
        text.Heading("Targets");
        text.Header("row", "what", "yardstick in the same run", "measured", "target", "reached");
        report.Lines.ForEach(line => text.Line($"| {line.Row} | {line.What} | {line.Yardstick} | {line.Measured} | {line.Target} | {Verdict(line)} |"));
        Sides(text, report.Sides);
        OpenLoop(text, report.OpenLoop);
        Ingest(text, report);
        if (report.NotMeasured.Count > 0)
        {
            text.Heading("Not measured");
            report.NotMeasured.ForEach(row => text.Line($"- {row}"));
        }
        return text.ToString();
    }

    private static string Verdict(TableLine line) => line.IsReached switch { true => "reached", false => "missed", _ => "" };

    private static void Sides(MarkdownText text, List<SideFigures> sides)
    {
        if (sides.Count == 0) return;
        text.Heading("Closed loops; latencies in µs");
        text.Header("row", "side", "callers", "req/s", "server core-µs", "client core-µs", "p50", "p99", "failed", "noisy rounds");
        sides.ForEach(side => text.Line($"| {side.Row} | {side.Side} | {side.Callers} | {side.Rate.Format("F0")} | {side.ServerCoreMicros.Format("F1")} | {side.ClientCoreMicros.Format("F1")} | {side.P50.Format("F0")} | {side.P99.Format("F0")} | {side.Failed} | {side.NoisyRounds} |"));
    }

    private static void OpenLoop(MarkdownText text, List<OpenLoopFigures> rows)
    {
        if (rows.Count == 0) return;
        text.Heading("Open loop, Poisson arrivals, latency from the intended send time, µs");
        text.Header("call", "intended/s", "achieved/s", "failed", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max", "generator lag p50 / p99");
        foreach (var row in rows)
        {
            var load = row.Report;
            text.Line($"| {row.What}, {row.Share:P0} of {row.ClosedLoopRate:F0}/s | {load.IntendedRate:F0} | {load.AchievedRate:F0} | {load.Failed} | {CompareTable.Percentiles(load.Latency)} | {load.SendLag.P50:F0} / {load.SendLag.P99:F0} |");
        }
    }

    private static void Ingest(MarkdownText text, TableReport report)
    {
        if (report.Ingest.Count == 0) return;
        text.Heading("Ingest, JSON events by POST /api/events; latencies in µs");
        text.Header("events accepted", "refused", "seconds", "until applied, s", "applied/s", "client core-µs an event", "acknowledged p50 / p99", "readable p50 / p99 / max", "probes");
        foreach (var post in report.Ingest)
        {
            text.Line($"| {post.Accepted} | {post.Refused} | {post.Seconds:F1} | {post.AppliedSeconds:F1} | {post.AppliedRate:F0} | {post.ClientCoreMicros:F2} | {post.Acknowledged.P50:F0} / {post.Acknowledged.P99:F0} | {post.Readable.P50:F0} / {post.Readable.P99:F0} / {post.Readable.Max:F0} | {post.Probes} |");
        }
    }
}
