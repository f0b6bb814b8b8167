using Compare.Clients;
using Compare.Results;
using Compare.Runtime;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>
/// Rates and latencies in a closed loop. All sides of a start are up together and take turns round by round, because the speed of a shared
/// machine drifts by more than the difference that is looked for; those that wait are idle, and what they use counts as noise.
/// </summary>
internal sealed class ClosedLoopRows(CompareOptions options, Workload workload)
{
    public static List<CallerRow> Empty() => [.. CallerShape.All.Select(shape => new CallerRow
    {
        Callers = shape.Callers,
        Connections = shape.Connections,
        Streams = shape.Streams,
        ClientThreads = shape.Threads,
    })];

    /// <summary>Adds one start to every row of every yardstick's table.</summary>
    /// <param name="cost">What a run costs, for the ceilings of yardsticks without one; null where none runs.</param>
    public async Task MeasureStartAsync(IReadOnlyList<Yardstick> yardsticks, ServerProcess other, RunCost? cost)
    {
        foreach (var side in yardsticks.Select(yardstick => yardstick.Server).Append(other))
        {
            H2Load.WarmUp(Call(side), CallerShape.ThirtyTwo, options.Warmup / 2);
            H2Load.WarmUp(Call(side), CallerShape.TwoHundredFiftySix, options.Warmup / 2);
        }
        for (var i = 0; i < CallerShape.All.Count; i++)
        {
            var starts = await MeasureCallersAsync(yardsticks, other, CallerShape.All[i], cost);
            foreach (var (yardstick, start) in yardsticks.Zip(starts)) yardstick.Rows[i].Starts.Add(start);
        }
    }

    // One start a yardstick; the other side's rounds are the same in all of them.
    private async Task<List<CallerStart>> MeasureCallersAsync(IReadOnlyList<Yardstick> yardsticks, ServerProcess other, CallerShape shape, RunCost? cost)
    {
        var appliance = new SideStart();
        var starts = yardsticks.Select(_ => new CallerStart { Appliance = appliance }).ToList();
        var (rows, runs) = (0L, 0L);
        for (var round = 0; round < options.Rounds; round++)
        {
            foreach (var (yardstick, start) in yardsticks.Zip(starts)) start.Floor.Rates.Add(H2Load.MeasureRate(yardstick.Server, Call(yardstick.Server), shape, options.Seconds));
            var before = await CountsAsync(other);
            appliance.Rates.Add(H2Load.MeasureRate(other, Call(other), shape, options.Seconds));
            var after = await CountsAsync(other);
            rows += after.Inferences - before.Inferences;
            runs += after.Executions - before.Executions;

            foreach (var (yardstick, start) in yardsticks.Zip(starts)) start.Floor.Latencies.Add(H2Load.MeasureLatency(yardstick.Server, Call(yardstick.Server), shape, options.Seconds));
            appliance.Latencies.Add(H2Load.MeasureLatency(other, Call(other), shape, options.Seconds));
        }
        foreach (var (yardstick, start) in yardsticks.Zip(starts))
        {
            if (cost is not null && !yardstick.RunsModel)
            {
                start.MeanBatch = Math.Round(new ModelCounts(rows, runs).MeanBatchSince(default), 3);
                start.RunMicrosPerRow = Math.Round(cost.PerRow(start.MeanBatch), 4);
                start.BestRunMicrosPerRow = Math.Round(cost.PerRow(cost.BestRows), 4);
            }
            start.Conclude(Environment.ProcessorCount, shape.Threads, options.NoiseLimit);
        }
        return starts;
    }

    private async Task<ModelCounts> CountsAsync(ServerProcess server) =>
        options.IsControl ? default : await ApplianceApi.CountsAsync(server, Workload.Model);

    private H2LoadCall Call(ServerProcess server) => H2LoadCall.Grpc(server.Grpc, workload.FrameFile);
}
