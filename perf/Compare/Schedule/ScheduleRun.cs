using System.Diagnostics;
using Appliance.LoadGen.Reports;
using Compare.Clients;
using Compare.Machine;
using Compare.Models;
using Compare.Results;
using Compare.Servers;
using Compare.Swap;

namespace Compare.Schedule;

/// <summary>Measures the scheduling table: what callers see beyond the highest rate, what many models cost, what loads leave behind.</summary>
internal sealed class ScheduleRun(ScheduleOptions options, Action<string> progress)
{
    // More than any side answers: the open loop then sends what is answered, and no more than so many calls are out.
    private const double Saturating = 400_000;
    private const int Out = 1000;

    // Three of the model's largest batches: one for each of two instances, and one that waits. More would be a queue that stands, of which the appliance refuses the end.
    private const string Unrefused = "384";

    public async Task<ScheduleReport> RunAsync()
    {
        var source = SourceState.Read(options.Results);
        var date = DateTimeOffset.UtcNow;
        var report = new ScheduleReport
        {
            Name = options.Name ?? $"{date:yyyy-MM-dd}-{source.Commit[..7]}-schedule",
            Date = date,
            Source = source,
            Machine = MachineFacts.Read(),
            Rounds = options.Rounds,
            DeadlineMilliseconds = options.DeadlineMilliseconds,
        };
        Directory.CreateDirectory(options.Work);
        if (options.Only.Contains("overload")) await OverloadAsync(report);
        if (options.Only.Contains("models")) await ManyModelsAsync(report);
        if (options.Only.Contains("cycles")) report.Cycles = await CyclesAsync();
        if (options.Only.Contains("swaps")) report.Swaps = await new SwapRow(options, progress).RunAsync();
        report.Machine.LoadAverageAtEnd = MachineFacts.LoadAverage();
        return report;
    }

    private async Task OverloadAsync(ScheduleReport report)
    {
        using var server = await StartAsync(Repository("overload").AddWide("wide", seed: 1));
        for (var round = 1; round <= options.Rounds; round++)
        {
            progress($"overload, round {round} of {options.Rounds}");
            var highest = (await LoadAsync(server, "--model", "wide", "--rate", "30000", "--max-in-flight", Unrefused)).AchievedRate;
            report.Overload.Add(new OverloadRound
            {
                HighestRate = highest,
                Below = await LoadAsync(server, "--model", "wide", "--rate", OpenLoopLoad.Text(0.8 * highest), "--deadline-ms", $"{options.DeadlineMilliseconds}"),
                Beyond = await LoadAsync(server, "--model", "wide", "--rate", OpenLoopLoad.Text(3 * highest), "--deadline-ms", $"{options.DeadlineMilliseconds}"),
            });
        }
    }

    private async Task ManyModelsAsync(ScheduleReport report)
    {
        var repository = Repository("models");
        for (var model = 0; model < options.Models; model++) repository.Add($"m{model}", seed: model + 1);
        using var server = await StartAsync(repository);
        string[] load = ["--model", "m", "--models", $"{options.Models}", "--rate", OpenLoopLoad.Text(Saturating), "--max-in-flight", $"{Out}"];
        for (var round = 1; round <= options.Rounds; round++)
        {
            progress($"{options.Models} models, round {round} of {options.Rounds}");
            var one = await LoadAsync(server, [.. load, "--one-model"]);
            report.ManyModels.Add(new ManyModelsRound { One = one, Many = await LoadAsync(server, load) });
        }
    }

    private async Task<CycleFigures> CyclesAsync()
    {
        progress($"{options.Cycles} loads and unloads");
        using var server = await StartAsync(Repository("cycles").Add("m", seed: 1), "--model-control-mode", "explicit");
        var milliseconds = new List<double>();
        var figures = new CycleFigures { Cycles = options.Cycles };
        for (var cycle = 1; cycle <= options.Cycles; cycle++)
        {
            var start = Stopwatch.GetTimestamp();
            await ApplianceApi.LoadAsync(server, "m");
            milliseconds.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await ApplianceApi.UnloadAsync(server, "m");
            if (cycle == options.Cycles / 4) figures.MegabytesAfterAQuarter = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);
        }
        figures.MegabytesAtEnd = Math.Round(ProcessMemory.ResidentMegabytes(server.Id), 1);
        figures.LoadMilliseconds = Spread.Of(milliseconds);
        return figures;
    }

    private RepositoryFolder Repository(string row) => RepositoryFolder.Create(Path.Combine(options.Work, $"schedule-{row}"));

    private Task<ServerProcess> StartAsync(RepositoryFolder repository, params string[] flags) =>
        ServerProcess.StartApplianceAsync(options.Appliance, repository.Path, options.Work, flags);

    private async Task<LoadReport> LoadAsync(ServerProcess server, params string[] arguments)
    {
        using var load = OpenLoopLoad.Start(options.Work,
            ["--url", server.Grpc.AbsoluteUri, "--protocol", "grpc", "--warmup", OpenLoopLoad.Text(options.Warmup), "--duration", OpenLoopLoad.Text(options.Seconds), .. arguments]);
        return await load.ReportAsync();
    }
}
