using Appliance.LoadGen.Reports;
using Compare.Results;
using Compare.Swap;

namespace Compare.Schedule;

/// <summary>The scheduling table as Markdown.</summary>
internal static class ScheduleTable
{
    public static string Render(ScheduleReport report)
    {
        var text = new MarkdownText();
        text.Line($"# {report.Name}\n");
        text.Origin(report.Source, report.Machine, report.Date);
        if (report.Overload.Count > 0) Overload(text, report);
        if (report.ManyModels.Count > 0) ManyModels(text, report);
        if (report.Cycles is { } cycles)
        {
            text.Line($"\n{cycles.Cycles} loads and unloads: resident memory {cycles.MegabytesAfterAQuarter:F1} MB after a quarter of them, {cycles.MegabytesAtEnd:F1} MB at the end, ratio {cycles.Ratio:F3}; a load took {cycles.LoadMilliseconds.Format("F1")} ms.");
        }
        if (report.Swaps is { } swaps) Swaps(text, swaps);
        return text.ToString();
    }

    private static void Overload(MarkdownText text, ScheduleReport report)
    {
        text.Line($"One model, callers with a deadline of {report.DeadlineMilliseconds} ms, Poisson arrivals at 0.8 and at 3 times the highest rate of the same round.\n");
        text.Line($"p99 of answered calls at 3x to that at 0.8x: {Spread.Of(report.Overload.Select(r => r.P99Ratio)).Format("F2")}; good answers at 3x to the highest rate: {Spread.Of(report.Overload.Select(r => r.Goodput)).Format("F2")}.\n");
        text.Header("ModelInfer, open loop, µs", "intended/s", "answered/s", "refused", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max");
        foreach (var round in report.Overload)
        {
            Row(text, $"0.8 of {round.HighestRate:F0}/s", round.Below);
            Row(text, $"3 times {round.HighestRate:F0}/s", round.Beyond);
        }
    }

    private static void ManyModels(MarkdownText text, ScheduleReport report)
    {
        text.Line($"\nMany models by Zipf's law to one model with the same calls, answers a second: {Spread.Of(report.ManyModels.Select(r => r.Ratio)).Format("F2")}.\n");
        text.Header("ModelInfer, as fast as answered", "sent and not sent/s", "answered/s", "refused or not sent", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max");
        foreach (var round in report.ManyModels)
        {
            Row(text, "one model", round.One);
            Row(text, "many models", round.Many);
        }
    }

    private static void Swaps(MarkdownText text, SwapFigures swaps)
    {
        text.Line($"\n{swaps.Swaps} swaps, one every {swaps.PeriodMilliseconds} ms, at {swaps.Before.RequestedRate:F0} calls a second, a share of the highest rate of the same run, {swaps.HighestRate:F0}/s; a load call took {swaps.LoadCallMilliseconds.Format("F1")} ms; {swaps.WrongAnswers} wrong answers after a swap.\n");
        text.Line($"p99 with swaps to that without: {swaps.P99Ratio:F2}. Resident memory {swaps.MegabytesBefore:F1} MB before, {swaps.MegabytesAtEnd:F1} MB over the last quarter, ratio {swaps.MemoryRatio:F3}, {swaps.MegabytesAfter:F1} MB behind the load after them; within 5 % of the end {(swaps.SteadyFrom is { } from ? $"from swap {from} on" : "at no time")}.\n");
        text.Header("ModelInfer, open loop, µs", "intended/s", "answered/s", "failed", "p50", "p90", "p95", "p99", "p99.9", "p99.99", "max");
        Row(text, "before", swaps.Before);
        Row(text, "with swaps", swaps.With);
        Row(text, "after", swaps.After);
    }

    private static void Row(MarkdownText text, string what, LoadReport load) => text.Line(
        $"| {what} | {load.IntendedRate:F0} | {load.AchievedRate:F0} | {(load.Intended == 0 ? 0 : (double)load.Failed / load.Intended):P1} | {CompareTable.Percentiles(load.Latency)} |");
}
