using Compare.Clients;
using Compare.Results;
using Compare.Runtime;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>Requests of 128 rows, against ONNX Runtime alone on as many threads as there are cores, with nobody to call it.</summary>
internal static class ManyRowsRow
{
    private const double ToReach = 0.5;

    /// <summary>Eight callers: two requests of each core are on the way while one runs.</summary>
    private static readonly CallerShape _shape = new(4, 2, 1);

    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report)
    {
        using var server = await workload.StartApplianceAsync(options.Appliance);
        using var alone = new ParallelRuns(workload.Repository.GraphPath(ServingWorkload.Mlp, 1), ServingWorkload.ManyRows, Environment.ProcessorCount);
        var side = new ClosedLoopSide("mlp, 128 rows a request", server, workload.Infer(server, ServingWorkload.Mlp, ServingWorkload.ManyRows));
        H2Load.WarmUp(side.Call, _shape, options.Warmup);
        alone.RowsPerSecond(TimeSpan.FromSeconds(options.Warmup / 2));
        var yardstick = new List<double>();
        for (var round = 0; round < options.Rounds; round++)
        {
            yardstick.Add(alone.RowsPerSecond(TimeSpan.FromSeconds(options.Seconds)));
            side.Rounds.Rates.Add(H2Load.MeasureRate(server, side.Call, _shape, options.Seconds));
            side.Rounds.Latencies.Add(H2Load.MeasureLatency(server, side.Call, _shape, Math.Max(1, options.Seconds / 2)));
        }
        report.Sides.Add(SideFigures.Of("rows128", side.Name, _shape.Callers, side.Rounds, options.NoiseLimit));
        var rows = side.Rates.Select(rate => rate * ServingWorkload.ManyRows).ToList();
        report.Lines.Add(TableLines.AtLeast("rows128", $"rows a second in requests of {ServingWorkload.ManyRows}, {_shape.Callers} callers, to ONNX Runtime alone on {Environment.ProcessorCount} threads",
            $"{Spread.Of(yardstick).Format("F0")} rows/s", PairedRatio.Of(rows, yardstick), ToReach));
    }
}
