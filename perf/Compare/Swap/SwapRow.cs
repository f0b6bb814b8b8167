using System.Diagnostics;
using Appliance.LoadGen.Reports;
using Compare.Clients;
using Compare.Machine;
using Compare.Models;
using Compare.Results;
using Compare.Rows;
using Compare.Runtime;
using Compare.Schedule;
using Compare.Servers;

namespace Compare.Swap;

/// <summary>
/// Measures the highest rate, and then a share of it as an open loop: undisturbed, while new versions are moved into the repository and loaded
/// one after the other, and undisturbed again. Versions alternate between two sets of weights, so that an answer tells which one gave it.
/// </summary>
internal sealed class SwapRow(ScheduleOptions options, Action<string> progress)
{
    // As many as the table's largest shape of callers has out.
    private const string CallersOut = "256";
    private const double Saturating = 600_000;

    // Undisturbed load is as long as the swaps take, up to this: enough for a p99 of a million calls.
    private const double LongestRest = 60;

    private readonly Workload _workload = Workload.Create(options.Work);
    private readonly List<double> _loadMilliseconds = [];
    private readonly SwapFigures _figures = new() { Swaps = options.Swaps, PeriodMilliseconds = options.SwapPeriod };

    public async Task<SwapFigures> RunAsync()
    {
        var (expected, graphs) = Alternating();
        using var server = await ServerProcess.StartApplianceAsync(
            options.Appliance, _workload.Repository.Path, options.Work, "--model-control-mode", "explicit", "--load-model", Workload.Model);
        progress("swaps: the highest rate");
        using (var load = Start(server, Saturating, options.Seconds, "--max-in-flight", CallersOut)) _figures.HighestRate = (await load.ReportAsync()).AchievedRate;

        // The load lasts as long as the swaps do when each one keeps its time.
        var seconds = options.Swaps * options.SwapPeriod / 1000.0;
        _figures.Before = await RestAsync(server, seconds, "before");
        _figures.MegabytesBefore = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);
        progress($"{options.Swaps} swaps");
        using (var load = Start(server, Rate, seconds))
        {
            await Task.Delay(TimeSpan.FromSeconds(options.Warmup));
            await SwapAsync(server, expected, graphs);
            _figures.With = await load.ReportAsync();
        }
        _figures.After = await RestAsync(server, seconds, "after");
        _figures.MegabytesAfter = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);
        _figures.LoadCallMilliseconds = Spread.Of(_loadMilliseconds);
        return _figures;
    }

    private double Rate => options.SwapLoad * _figures.HighestRate;

    /// <summary>Of even and of odd versions: the right score, and the graph's file. Made before, for this program shares the machine with what it measures.</summary>
    private (float[] Expected, byte[][] Graphs) Alternating()
    {
        var folders = Enumerable.Range(0, 2).Select(version =>
            RepositoryFolder.Create(Path.Combine(options.Work, $"reference-{version}")).Add(Workload.Model, Workload.WeightsOf(version)).GraphPath(Workload.Model, 1)).ToArray();
        float[] expected = [.. folders.Select(graph =>
        {
            using var session = new ModelSession(graph, maxBatch: 1);
            return session.Score(_workload.Values);
        })];
        return (expected, [.. folders.Select(File.ReadAllBytes)]);
    }

    private async Task<LoadReport> RestAsync(ServerProcess server, double seconds, string when)
    {
        progress($"swaps: undisturbed load {when} them");
        using var load = Start(server, Rate, Math.Min(seconds, LongestRest));
        return await load.ReportAsync();
    }

    private OpenLoopLoad Start(ServerProcess server, double rate, double seconds, params string[] more) => OpenLoopLoad.Start(
        options.Work,
        ["--url", server.Grpc.AbsoluteUri, "--protocol", "grpc", "--body", _workload.FrameFile, "--rate", OpenLoopLoad.Text(rate),
            "--warmup", OpenLoopLoad.Text(options.Warmup), "--duration", OpenLoopLoad.Text(seconds), .. more]);

    private async Task SwapAsync(ServerProcess server, float[] expected, byte[][] graphs)
    {
        using var period = new PeriodicTimer(TimeSpan.FromMilliseconds(options.SwapPeriod));
        for (var version = 2; version <= options.Swaps + 1; version++)
        {
            await period.WaitForNextTickAsync();
            _workload.Repository.MoveIn(Workload.Model, version, graphs[version % 2]);
            var start = Stopwatch.GetTimestamp();
            await ApplianceApi.LoadAsync(server, Workload.Model);
            _loadMilliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

            var (answered, score) = await ApplianceApi.InferAsync(server, Workload.Model, _workload.Json);
            if (answered != $"{version}" || Math.Abs(score - expected[version % 2]) > 1e-5) _figures.WrongAnswers++;
            _workload.Repository.Remove(Workload.Model, version - 1);
            _figures.Megabytes.Add(Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1));
        }
    }
}
