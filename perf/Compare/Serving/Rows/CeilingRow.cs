using Compare.Clients;
using Compare.Results;
using Compare.Runtime;
using Compare.Servers;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>Two models of one process against what the cores would give if a request cost no more than an empty call and the model's own run.</summary>
internal static class CeilingRow
{
    private const double ToReach = 0.9;
    private const int MaxBatch = 128;

    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report)
    {
        using var floor = await ServerProcess.StartFloorAsync(options.Floor, ServerProcess.OwnTransport, options.Work);
        using var server = await workload.StartApplianceAsync(options.Appliance);
        foreach (var model in new[] { ServingWorkload.Mlp, ServingWorkload.Trees })
        {
            using var session = new ModelSession(workload.Repository.GraphPath(model, 1), MaxBatch);
            var cost = RunCost.Measure(session, TimeSpan.FromMilliseconds(options.Seconds * 5));
            foreach (var shape in new[] { CallerShape.ThirtyTwo, CallerShape.TwoHundredFiftySix })
            {
                await MeasureAsync(options, report, model, shape, cost, new("no model", floor, workload.Infer(floor, model)), new(model, server, workload.Infer(server, model)));
            }
        }
    }

    private static async Task MeasureAsync(ServingOptions options, TableReport report, string model, CallerShape shape, RunCost cost, ClosedLoopSide empty, ClosedLoopSide served)
    {
        var before = await ApplianceApi.CountsAsync(served.Server, model);
        ClosedLoopSide.Measure(options.Plan, report, "ceiling", shape, empty, served);
        var batch = (await ApplianceApi.CountsAsync(served.Server, model)).MeanBatchSince(before);
        var run = cost.PerRow(batch);
        var ceilings = empty.CoreMicros.Select(micros => Environment.ProcessorCount * 1e6 / (micros + run)).ToList();
        report.Lines.Add(TableLines.AtLeast("ceiling", $"ModelInfer, {model}, {shape.Callers} callers: rate to the ceiling (batches of {batch:F1}, {run:F2} core-µs a row)",
            $"{Spread.Of(ceilings).Format("F0")}/s", PairedRatio.Of(served.Rates, ceilings), ToReach));
    }
}
