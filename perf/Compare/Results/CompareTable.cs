using Appliance.LoadGen;
using Appliance.LoadGen.Reports;

namespace Compare.Results;

/// <summary>A run of the table as Markdown.</summary>
internal static class CompareTable
{
    public static string Render(CompareReport report)
    {
        var text = new MarkdownText();
        text.Line($"# {report.Name} ({report.Kind})\n");
        text.Origin(report.Source, report.Machine, report.Date);
        text.Line($"{string.Join(", ", report.Versions.Select(pair => $"{pair.Key} {pair.Value}"))}.");
        text.Line($"Each start: {report.Rounds} rounds of {report.RoundSeconds} s after {report.WarmupSeconds} s of warm-up; median over starts (lowest–highest).");
        Targets(text, report.Targets);
        ClosedLoop(text, report, report.ClosedLoop, "Closed loop, ModelInfer raw FP32 [1,64] by h2load; no model: the appliance's own transport");
        Ceiling(text, report, report.ClosedLoop);
        if (report.AgainstKestrel.Count > 0)
        {
            ClosedLoop(text, report, report.AgainstKestrel, "The same rounds; no model: Kestrel's HTTP/2");
            Ceiling(text, report, report.AgainstKestrel);
        }
        if (report.AgainstBareRun.Count > 0)
        {
            ClosedLoop(text, report, report.AgainstBareRun, "The same rounds; every call runs the model for itself on the appliance's own transport", "bare run");
        }
        StartUp(text, report);
        OpenLoop(text, report.OpenLoop);
        if (report.Notes.Count > 0)
        {
            text.Heading("Notes");
            report.Notes.ForEach(note => text.Line($"- {note}"));
        }
        return text.ToString();
    }

    private static void Targets(MarkdownText text, List<TargetLine> targets)
    {
        if (targets.Count == 0)
        {
            return;
        }
        text.Heading("Targets");
        text.Header("what", "measured", "target", "reached");
        targets.ForEach(line => text.Line($"| {line.What} | {line.Measured} | {line.Target} | {(line.IsReached ? "yes" : "no")} |"));
    }

    private static void ClosedLoop(MarkdownText text, CompareReport report, List<CallerRow> rows, string title, string yardstick = "no-model")
    {
        text.Heading(title);
        text.Header("callers", $"{yardstick} req/s", $"{report.Kind} req/s", $"{yardstick} core-µs", $"{report.Kind} core-µs", $"{yardstick} p50 / p99 µs", $"{report.Kind} p50 / p99 µs", "p50 difference", "p99 ratio");
        foreach (var row in rows)
        {
            text.Line($"| {row.Callers} | {row.FloorRate.Format("F0")} | {row.ApplianceRate.Format("F0")} | {row.FloorCoreMicros.Format("F2")} | {row.ApplianceCoreMicros.Format("F2")} | {row.FloorP50.Median:F0} / {row.FloorP99.Median:F0} | {row.ApplianceP50.Median:F0} / {row.ApplianceP99.Median:F0} | {row.P50Difference.Format("F1")} | {row.P99Ratio.Format("F2")} |");
        }
    }

    private static void Ceiling(MarkdownText text, CompareReport report, List<CallerRow> rows)
    {
        text.Heading($"Its ceiling: {report.Machine.Cores} cores / (core-µs of the no-model call + run(n)/n)");
        text.Header("callers", "mean batch n", "run(n)/n core-µs", "ceiling req/s", "rate to ceiling", "rate to ceiling at the best n", "no-model side's use of the cores", "client threads in use, no-model / " + report.Kind);
        foreach (var row in rows)
        {
            text.Line($"| {row.Callers} | {row.MeanBatch.Format("F1")} | {row.RunMicrosPerRow.Format("F2")} | {row.Ceiling.Format("F0")} | {row.RatioToCeiling.Format("F2")} | {row.RatioToBestCeiling.Format("F2")} | {row.FloorUse.Format("F2")} | {row.FloorClientUse.Median:F2} / {row.ApplianceClientUse.Median:F2} |");
        }
    }

    private static void StartUp(MarkdownText text, CompareReport report)
    {
        if (report.StartUp is { } startUp)
        {
            text.Heading("Start-up, memory, allocation");
            text.Line($"Ready with {string.Join(", ", startUp.Models)} after {startUp.ReadySeconds.Format("F3")} s; resident after 2 s idle {startUp.ResidentMegabytes.Format("F1")} MB.\n");
            text.Header("callers", "requests", "managed bytes a request", "idle bytes a second");
            report.Allocation.ForEach(row => text.Line($"| {row.Callers} | {row.Requests} | {row.BytesPerRequest:F2} | {row.IdleBytesPerSecond:F0} |"));
        }
    }

    private static void OpenLoop(MarkdownText text, List<OpenLoopFigures> rows)
    {
        if (rows.Count == 0)
        {
            return;
        }
        text.Heading("Open loop, Poisson arrivals, latency from the intended send time, µs");
        text.Header("call", "intended/s", "achieved/s", "failed", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max", "generator lag p50 / p99", "client core-µs");
        foreach (var row in rows)
        {
            var (load, l) = (row.Report, row.Report.Latency);
            text.Line($"| {row.What}, {row.Share:P0} of {row.ClosedLoopRate:F0}/s | {load.IntendedRate:F0} | {load.AchievedRate:F0} | {load.Failed} | {Percentiles(l)} | {load.SendLag.P50:F0} / {load.SendLag.P99:F0} | {load.ClientCoreMicros:F1} |");
        }
    }

    public static string Percentiles(PercentileFigures f) =>
        FormattableString.Invariant($"{f.P50:F0} | {f.P90:F0} | {f.P95:F0} | {f.P99:F0} | {f.P999:F0} | {f.P9999:F0} | {f.Max:F0}");
}
