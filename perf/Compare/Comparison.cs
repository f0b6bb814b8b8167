using Compare.Clients;
using Compare.Machine;
using Compare.Results;
using Compare.Rows;
using Compare.Runtime;
using Compare.Servers;

namespace Compare;

/// <summary>Measures the whole table in order, one thing at a time.</summary>
internal sealed class Comparison(CompareOptions options, Action<string> progress)
{
    private readonly Workload _workload = Workload.Create(options.Work);

    public async Task<CompareReport> RunAsync()
    {
        var report = Begin();
        await MeasureClosedLoopAsync(report);
        if (!options.IsControl)
        {
            await MeasureApplianceAsync(report);
            report.Targets = Targets.Evaluate(report);
        }
        report.Machine.LoadAverageAtEnd = MachineFacts.LoadAverage();
        AddNotes(report);
        return report;
    }

    private CompareReport Begin()
    {
        var source = SourceState.Read(options.Results);
        var date = DateTimeOffset.UtcNow;
        return new CompareReport
        {
            Name = options.Name ?? $"{date:yyyy-MM-dd}-{source.Commit[..7]}{(options.IsControl ? "-control" : "")}",
            Kind = options.IsControl ? "control" : "appliance",
            Date = date,
            Source = source,
            Machine = MachineFacts.Read(),
            Versions = new()
            {
                ["dotnet"] = Environment.Version.ToString(),
                ["onnxruntime"] = ModelSession.RuntimeVersion,
                ["h2load"] = H2Load.Version(),
            },
            Rounds = options.Rounds,
            RoundSeconds = options.Seconds,
            WarmupSeconds = options.Warmup,
            NoiseLimit = options.NoiseLimit,
            ClosedLoop = ClosedLoopRows.Empty(),
            AgainstKestrel = options.IsControl ? [] : ClosedLoopRows.Empty(),
            AgainstBareRun = options.IsControl ? [] : ClosedLoopRows.Empty(),
        };
    }

    private async Task MeasureClosedLoopAsync(CompareReport report)
    {
        var rows = new ClosedLoopRows(options, _workload);
        using var reference = new ModelSession(_workload.Repository.GraphPath(Workload.Model, 1), Workload.MaxBatch);
        for (var start = 1; start <= options.Starts; start++)
        {
            progress($"start {start} of {options.Starts}");
            using var floor = await StartFloorAsync(ServerProcess.OwnTransport);
            using var kestrel = options.IsControl ? null : await StartFloorAsync(ServerProcess.Kestrel);
            using var bare = options.IsControl ? null : await StartBareRunAsync();
            using var other = options.IsControl ? await StartFloorAsync(ServerProcess.OwnTransport) : await StartApplianceAsync();
            report.MessageBytes = new()
            {
                ["request"] = (int)new FileInfo(_workload.FrameFile).Length,
                ["floorAnswer"] = await AnswerCheck.FloorAsync(floor, _workload),
                ["applianceAnswer"] = options.IsControl ? await AnswerCheck.FloorAsync(other, _workload) : await AnswerCheck.ScoredAsync(other, _workload, reference),
            };
            if (bare is not null) await AnswerCheck.ScoredAsync(bare, _workload, reference);
            var cost = options.IsControl ? null : RunCost.Measure(reference, TimeSpan.FromMilliseconds(options.Seconds * 5));
            if (cost is not null)
            {
                report.RunMicrosByRows.Add([.. cost.MicrosByRows.Select(micros => Math.Round(micros, 3))]);
            }
            List<Yardstick> yardsticks = [new(floor, report.ClosedLoop)];
            if (kestrel is not null) yardsticks.Add(new(kestrel, report.AgainstKestrel));
            if (bare is not null) yardsticks.Add(new(bare, report.AgainstBareRun, RunsModel: true));
            await rows.MeasureStartAsync(yardsticks, other, cost);
        }
        report.ClosedLoop.ForEach(row => row.Conclude(options.NoiseLimit));
        report.AgainstKestrel.ForEach(row => row.Conclude(options.NoiseLimit));
        report.AgainstBareRun.ForEach(row => row.Conclude(options.NoiseLimit));
    }

    private async Task MeasureApplianceAsync(CompareReport report)
    {
        await TryAsync(report, "start-up and memory", async () => report.StartUp = await StartUpRow.MeasureAsync(options));

        using (var server = await StartApplianceAsync())
        {
            var openLoop = new OpenLoopRows(options, _workload);
            await TryAsync(report, "allocation", async () => report.Allocation = await AllocationRows.MeasureAsync(options, server, _workload));
            await TryAsync(report, "open loop, gRPC", async () => report.OpenLoop.Add(await openLoop.GrpcAsync(server, report.ClosedLoop.Max(row => row.ApplianceRate.Median))));
            await TryAsync(report, "open loop, REST", async () => report.OpenLoop.Add(await openLoop.RestAsync(server)));
        }
        if (OpenLoopRows.HasBusinessModel(options))
        {
            await TryAsync(report, "open loop, business REST", async () => report.OpenLoop.Add(await new OpenLoopRows(options, _workload).BusinessAsync()));
        }
    }

    /// <summary>A row that cannot be measured is named in the result and leaves the others their figures.</summary>
    private async Task TryAsync(CompareReport report, string row, Func<Task> measure)
    {
        progress(row);
        try
        {
            await measure();
        }
        catch (Exception fault) when (fault is InvalidOperationException or HttpRequestException or FormatException)
        {
            report.NotMeasured.Add($"{row}: {fault.Message}");
        }
    }

    private Task<ServerProcess> StartFloorAsync(string transport) => ServerProcess.StartFloorAsync(options.Floor, transport, options.Work);

    private Task<ServerProcess> StartBareRunAsync() => ServerProcess.StartBareRunAsync(options.Floor, _workload.Repository.GraphPath(Workload.Model, 1), options.Work);

    private Task<ServerProcess> StartApplianceAsync() => ServerProcess.StartApplianceAsync(options.Appliance, _workload.Repository.Path, options.Work);

    private static void AddNotes(CompareReport report)
    {
        report.Notes.AddRange(report.NotMeasured.Select(row => $"Not measured: {row}"));
        if (report.Source.IsDirty)
        {
            report.Notes.Add("The working tree held changes that no commit has.");
        }
        if (report.MessageBytes["floorAnswer"] != report.MessageBytes["applianceAnswer"])
        {
            report.Notes.Add($"The no-model answer has {report.MessageBytes["floorAnswer"]} bytes, the appliance's {report.MessageBytes["applianceAnswer"]}.");
        }
        foreach (var (rows, beside) in new[] { (report.ClosedLoop, "the own transport's call"), (report.AgainstKestrel, "Kestrel's call"), (report.AgainstBareRun, "the bare run") })
        {
            report.Notes.AddRange(rows.Where(row => row.NoisyRounds > 0).Select(row =>
                $"Callers {row.Callers}, with {beside}: in {row.NoisyRounds} of {row.Rounds} rounds other work took more than {report.NoiseLimit:P0} of the machine; medians leave those out where quiet ones remain."));
            report.Notes.AddRange(rows.Where(row => row.Failed > 0).Select(row => $"Callers {row.Callers}, with {beside}: {row.Failed} requests failed."));
        }
    }
}
