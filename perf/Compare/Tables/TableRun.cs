using System.ComponentModel;
using System.Text.Json;
using Compare.Machine;
using Grpc.Core;

namespace Compare.Tables;

/// <summary>Measures the rows of a table in order, one thing at a time.</summary>
internal static class TableRun
{
    /// <param name="kind">Names the table in its default name.</param>
    /// <param name="measure">Measures one row into the report.</param>
    public static async Task<TableReport> RunAsync(string kind, string? name, string results, RoundPlan plan, SortedDictionary<string, string> versions,
        IReadOnlyList<string> rows, Func<string, TableReport, Task> measure, Action<string> progress)
    {
        var source = SourceState.Read(results);
        var date = DateTimeOffset.UtcNow;
        var report = new TableReport
        {
            Name = name ?? $"{date:yyyy-MM-dd}-{source.Commit[..7]}-{kind}",
            Date = date,
            Source = source,
            Machine = MachineFacts.Read(),
            Versions = versions,
            Rounds = plan.Rounds,
            RoundSeconds = plan.Seconds,
            NoiseLimit = plan.NoiseLimit,
        };
        foreach (var row in rows)
        {
            progress(row);
            var lines = report.Lines.Count;
            try
            {
                await measure(row, report);
            }
            catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or FormatException or RpcException or JsonException or IOException or Win32Exception)
            {
                // A row that cannot be measured is named in the result and leaves the others their figures.
                report.NotMeasured.Add($"{row}: {fault.Message}");
                progress($"{row} could not be measured: {fault.Message}");
            }
            foreach (var line in report.Lines.Skip(lines)) progress($"  {line.What}: {line.Measured}{(line.Target.Length > 0 ? $", {line.Target} wanted" : "")}");
        }
        report.Machine.LoadAverageAtEnd = MachineFacts.LoadAverage();
        return report;
    }
}
