using Compare.Clients;
using Compare.Results;
using Compare.Runtime;
using Compare.Servers;

namespace Compare.Rows;

/// <summary>
/// Rates and latencies in a closed loop. Both sides of a start are up together and take turns round by round, because the speed of a shared
/// machine drifts by more than the difference that is looked for; the side that waits is idle, and what it uses counts as noise.
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

    /// <summary>Adds one start to every row.</summary>
    public async Task MeasureStartAsync(List<CallerRow> rows, ServerProcess floor, ServerProcess other, RunCost? cost)
    {
        foreach (var side in new[] { floor, other })
        {
            H2Load.WarmUp(Call(side), CallerShape.ThirtyTwo, options.Warmup / 2);
            H2Load.WarmUp(Call(side), CallerShape.TwoHundredFiftySix, options.Warmup / 2);
        }
        foreach (var (row, shape) in rows.Zip(CallerShape.All))
        {
            row.Starts.Add(await MeasureCallersAsync(floor, other, shape, cost));
        }
    }

    private async Task<CallerStart> MeasureCallersAsync(ServerProcess floor, ServerProcess other, CallerShape shape, RunCost? cost)
    {
        var start = new CallerStart();
        var (rows, runs) = (0L, 0L);
        for (var round = 0; round < options.Rounds; round++)
        {
            start.Floor.Rates.Add(H2Load.MeasureRate(floor, Call(floor), shape, options.Seconds));
            var before = await CountsAsync(other);
            start.Appliance.Rates.Add(H2Load.MeasureRate(other, Call(other), shape, options.Seconds));
            var after = await CountsAsync(other);
            rows += after.Inferences - before.Inferences;
            runs += after.Executions - before.Executions;

            start.Floor.Latencies.Add(H2Load.MeasureLatency(floor, Call(floor), shape, options.Seconds));
            start.Appliance.Latencies.Add(H2Load.MeasureLatency(other, Call(other), shape, options.Seconds));
        }
        if (cost is not null)
        {
            start.MeanBatch = Math.Round(new ModelCounts(rows, runs).MeanBatchSince(default), 3);
            start.RunMicrosPerRow = Math.Round(cost.PerRow(start.MeanBatch), 4);
            start.BestRunMicrosPerRow = Math.Round(cost.PerRow(cost.BestRows), 4);
        }
        start.Conclude(Environment.ProcessorCount, options.NoiseLimit);
        return start;
    }

    private async Task<ModelCounts> CountsAsync(ServerProcess server) =>
        options.IsControl ? default : await ApplianceApi.CountsAsync(server, Workload.Model);

    private H2LoadCall Call(ServerProcess server) => H2LoadCall.Grpc(server.Grpc, workload.FrameFile);
}
