using System.Diagnostics;
using Lake.Stress;
using Lake.Tests.Tables;

namespace Lake.Tests.Stress;

/// <summary>Runs the program of tests/Lake.Stress. Stateless.</summary>
internal static class StressProcess
{
    /// <summary>Runs it to its end, which must be a good one or a kill. Whether it was killed.</summary>
    public static async Task<bool> RunAsync(KillLedger ledger, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Bench).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(LakeBed.Cancellation);
            while (await process.StandardOutput.ReadLineAsync(LakeBed.Cancellation) is { } line) ledger.Add(line);
            await process.WaitForExitAsync(LakeBed.Cancellation).WaitAsync(TimeSpan.FromMinutes(2), LakeBed.Cancellation);
            Assert.True(process.ExitCode is 0 or 137, $"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
            return process.ExitCode == 137;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
