using System.Diagnostics;
using Appliance.LoadGen.Reports;
using Compare.Machine;
using Compare.Results;
using Compare.Servers;

namespace Compare.Clients;

/// <summary>
/// Closed-loop rounds by h2load. Rates and latencies come from rounds of their own: its log costs a system call a request, which would count as
/// the call's own cost.
/// </summary>
internal static class H2Load
{
    public const string Program = "h2load";

    /// <summary>The log's home: in memory where the machine has such a place, so that no disk takes part.</summary>
    private static readonly string _logFolder = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public static string Version() => CommandLine.Run(Program, ["--version"]).Trim().Split('/')[^1];

    public static void WarmUp(H2LoadCall call, CallerShape shape, double seconds) => Run(call, shape, seconds, log: null);

    /// <summary>A round for rate and processor time.</summary>
    public static RateRound MeasureRate(ServerProcess server, H2LoadCall call, CallerShape shape, double seconds)
    {
        var (output, used, elapsed) = Timed(server, () => Run(call, shape, seconds, log: null));
        return new RateRound
        {
            Rate = output.Rate,
            Requests = output.Good,
            Failed = output.Failed,
            ServerCoreMicros = Math.Round(used.Server * 1e6 / Math.Max(1, output.Good), 3),
            ClientCoreMicros = Math.Round(used.Clients * 1e6 / Math.Max(1, output.Good), 3),
            OthersShare = Share(used, elapsed),
        };
    }

    /// <summary>A round for latencies.</summary>
    public static LatencyRound MeasureLatency(ServerProcess server, H2LoadCall call, CallerShape shape, double seconds)
    {
        var log = Path.Combine(_logFolder, $"h2load-{Environment.ProcessId}.log");
        try
        {
            var (output, used, elapsed) = Timed(server, () => Run(call, shape, seconds, log));
            return new LatencyRound
            {
                Failed = output.Failed,
                Latency = PercentileFigures.From(H2LoadLog.Parse(File.ReadAllBytes(log))),
                OthersShare = Share(used, elapsed),
            };
        }
        finally
        {
            File.Delete(log);
        }
    }

    private static H2LoadOutput Run(H2LoadCall call, CallerShape shape, double seconds, string? log)
    {
        var output = H2LoadOutput.Parse(CommandLine.Run(Program, call.Arguments(shape, seconds, log)));
        return output.Good > 0 ? output : throw new InvalidOperationException($"h2load got no good answer from {call.Url.AbsolutePath}.");
    }

    private static (H2LoadOutput Output, CpuTimes Used, TimeSpan Elapsed) Timed(ServerProcess server, Func<H2LoadOutput> run)
    {
        var before = CpuTimes.Read(server.Id);
        var start = Stopwatch.GetTimestamp();
        var output = run();
        var elapsed = Stopwatch.GetElapsedTime(start);
        return (output, CpuTimes.Read(server.Id) - before, elapsed);
    }

    /// <summary>What neither the server nor its client used, as a share of all cores.</summary>
    private static double Share(CpuTimes used, TimeSpan elapsed) =>
        Math.Round(Math.Max(0, used.Machine - used.Server - used.Clients) / elapsed.TotalSeconds / Environment.ProcessorCount, 4);
}
