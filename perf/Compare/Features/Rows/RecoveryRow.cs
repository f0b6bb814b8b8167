using System.Diagnostics;
using Compare.Machine;
using Compare.Results;
using Compare.Tables;

namespace Compare.Features.Rows;

/// <summary>From the start of the appliance's process to its readiness with a million rows, each time after it was killed.</summary>
internal static class RecoveryRow
{
    private const double Seconds = 5;

    public static async Task MeasureAsync(FeatureTableOptions options, FeatureWorkload workload, TableReport report)
    {
        var (ready, used, resident) = (new List<double>(), new List<double>(), new List<double>());
        for (var start = 0; start < options.Rounds; start++)
        {
            using var server = await workload.StartFilledAsync();
            ready.Add(Stopwatch.GetElapsedTime(server.Started).TotalSeconds);
            used.Add(CpuTimes.Read(server.Id).Server);
            resident.Add(ProcessMemory.ResidentMegabytes(server.Id));
            server.Kill();
        }
        report.Lines.Add(TableLines.AtMost("recovery", $"recovery of {options.Entities} rows: start of the process to ready, s", "", Spread.Of(ready), Seconds));
        report.Lines.Add(TableLines.Reported("recovery", "processor time of the process until then, s", "", Spread.Of(used).Format("F2")));
        report.Lines.Add(TableLines.Reported("recovery", "resident memory then, MB", "", Spread.Of(resident).Format("F0")));
    }
}
