using System.Diagnostics;
using Appliance.LoadGen.Reports;
using Compare.Clients;
using Compare.Machine;
using Compare.Models;
using Compare.Results;
using Compare.Rows;
using Compare.Runtime;
using Compare.Servers;

namespace Compare.Swap;

/// <summary>
/// Runs the same open-loop load twice, first undisturbed, then while new versions are moved into the repository and loaded one after the other.
/// Versions alternate between two sets of weights, so that an answer tells which one gave it.
/// </summary>
internal sealed class SwapCheck(CompareOptions options, Action<string> progress)
{
    private readonly Workload _workload = Workload.Create(options.Work);
    private readonly List<double> _loadMilliseconds = [];
    private int _wrong;

    public async Task<SwapReport> RunAsync()
    {
        var report = Begin();
        var expected = Expected();
        using var server = await ServerProcess.StartApplianceAsync(
            options.Appliance, _workload.Repository.Path, options.Work, "--model-control-mode", "explicit", "--load-model", Workload.Model);

        progress("without swaps");
        report.Without = await LoadAsync(server, () => Task.CompletedTask);
        report.ResidentMegabytesBefore = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);
        progress($"with {options.Swaps} swaps");
        report.With = await LoadAsync(server, () => SwapAsync(server, expected));
        report.ResidentMegabytesAfter = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);

        report.WrongAnswers = _wrong;
        report.LoadCallMilliseconds = Spread.Of(_loadMilliseconds);
        report.Machine.LoadAverageAtEnd = MachineFacts.LoadAverage();
        return report;
    }

    private SwapReport Begin()
    {
        var source = SourceState.Read(options.Results);
        var date = DateTimeOffset.UtcNow;
        return new SwapReport
        {
            Name = options.Name ?? $"{date:yyyy-MM-dd}-{source.Commit[..7]}-swap",
            Date = date,
            Source = source,
            Machine = MachineFacts.Read(),
            Swaps = options.Swaps,
            PeriodMilliseconds = options.SwapPeriod,
        };
    }

    /// <summary>The right score of even and of odd versions.</summary>
    private float[] Expected() => [.. Enumerable.Range(0, 2).Select(version =>
    {
        var folder = RepositoryFolder.Create(Path.Combine(options.Work, "reference")).Add(Workload.Model, Workload.WeightsOf(version));
        using var session = new ModelSession(folder.GraphPath(Workload.Model, 1), maxBatch: 1);
        return session.Score(_workload.Values);
    })];

    private async Task<LoadReport> LoadAsync(ServerProcess server, Func<Task> meanwhile)
    {
        // The load lasts as long as the swaps do when each one keeps its time.
        var seconds = options.Swaps * options.SwapPeriod / 1000.0;
        using var load = OpenLoopLoad.Start(options.Work, "--url", server.Grpc.AbsoluteUri, "--protocol", "grpc", "--body", _workload.FrameFile,
            "--rate", OpenLoopLoad.Text(options.SwapRate), "--warmup", OpenLoopLoad.Text(options.Warmup), "--duration", OpenLoopLoad.Text(seconds));
        await Task.Delay(TimeSpan.FromSeconds(options.Warmup));
        await meanwhile();
        return await load.ReportAsync();
    }

    private async Task SwapAsync(ServerProcess server, float[] expected)
    {
        using var period = new PeriodicTimer(TimeSpan.FromMilliseconds(options.SwapPeriod));
        for (var version = 2; version <= options.Swaps + 1; version++)
        {
            await period.WaitForNextTickAsync();
            _workload.Repository.MoveIn(Workload.Model, version, Workload.WeightsOf(version));
            var start = Stopwatch.GetTimestamp();
            await ApplianceApi.LoadAsync(server, Workload.Model);
            _loadMilliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);

            var (answered, score) = await ApplianceApi.InferAsync(server, Workload.Model, _workload.Json);
            if (answered != $"{version}" || Math.Abs(score - expected[version % 2]) > 1e-5)
            {
                _wrong++;
            }
            _workload.Repository.Remove(Workload.Model, version - 1);
        }
    }
}
