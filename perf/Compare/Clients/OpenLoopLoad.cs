using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Appliance.LoadGen.Reports;

namespace Compare.Clients;

/// <summary>Runs the load generator as a process of its own, so that its collector and threads are not the measuring program's.</summary>
internal sealed class OpenLoopLoad : IDisposable
{
    private readonly Process _process;
    private readonly string _report;

    private OpenLoopLoad(Process process, string report)
    {
        _process = process;
        _report = report;
    }

    public static OpenLoopLoad Start(string work, params ReadOnlySpan<string> arguments)
    {
        var report = Path.GetFullPath(Path.Combine(work, "loadgen.json"));
        File.Delete(report);
        var program = Path.Combine(AppContext.BaseDirectory, "LoadGen.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", program, .. arguments, "--output", report]) { RedirectStandardOutput = true };
        var process = Process.Start(start)!;
        // The table it prints is shorter than a pipe; the report file has the same figures.
        return new(process, report);
    }

    public static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Waits for the end; failed requests are in the report, not an exception.</summary>
    public async Task<LoadReport> ReportAsync()
    {
        await _process.WaitForExitAsync();
        return File.Exists(_report)
            ? JsonSerializer.Deserialize(await File.ReadAllTextAsync(_report), LoadReportJsonContext.Default.LoadReport)!
            : throw new InvalidOperationException($"The load generator ended with {_process.ExitCode} and no report.");
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }
        _process.Dispose();
    }
}
