using Appliance.LoadGen.Reports;

namespace Compare.Results;

/// <summary>A swap check as Markdown.</summary>
internal static class SwapTable
{
    public static string Render(SwapReport report)
    {
        var text = new MarkdownText();
        text.Line($"# {report.Name}\n");
        text.Origin(report.Source, report.Machine, report.Date);
        text.Line($"{report.Swaps} swaps, one every {report.PeriodMilliseconds} ms; a load call took {report.LoadCallMilliseconds.Format("F1")} ms; {report.WrongAnswers} wrong answers after a swap.");
        text.Line($"Resident memory {report.ResidentMegabytesBefore:F1} MB before, {report.ResidentMegabytesAfter:F1} MB after.\n");
        text.Header("ModelInfer, open loop, µs", "intended/s", "achieved/s", "failed", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max");
        Row(text, "without swaps", report.Without);
        Row(text, "with swaps", report.With);
        return text.ToString();
    }

    private static void Row(MarkdownText text, string what, LoadReport load) =>
        text.Line($"| {what} | {load.IntendedRate:F0} | {load.AchievedRate:F0} | {load.Failed} | {CompareTable.Percentiles(load.Latency)} |");
}
