using Compare.Clients;
using Compare.Results;
using Compare.Tables;

namespace Compare.Serving.Rows;

/// <summary>The native binary against the same code under a warm just-in-time compiler with the same settings of the collector.</summary>
internal static class JitRow
{
    private const double AtOneCaller = 0.85, Loaded = 0.95;

    /// <summary>Its tiers need a multiple of what everything else needs to be warm.</summary>
    private const double WarmupFactor = 3;

    public static async Task MeasureAsync(ServingOptions options, ServingWorkload workload, TableReport report)
    {
        using var jit = await workload.StartApplianceAsync(options.Jit);
        using var native = await workload.StartApplianceAsync(options.Appliance);
        foreach (var shape in CallerShape.All) H2Load.WarmUp(workload.Infer(jit, ServingWorkload.Mlp), shape, options.Warmup * WarmupFactor);
        foreach (var shape in CallerShape.All)
        {
            var theirs = new ClosedLoopSide("just-in-time", jit, workload.Infer(jit, ServingWorkload.Mlp));
            var ours = new ClosedLoopSide("native", native, workload.Infer(native, ServingWorkload.Mlp));
            ClosedLoopSide.Measure(options.Plan, report, "jit", shape, theirs, ours);
            report.Lines.Add(TableLines.AtLeast("jit", $"ModelInfer, mlp, {shape.Callers} callers: native rate to the just-in-time build's", $"{Spread.Of(theirs.Rates).Format("F0")}/s",
                PairedRatio.Of(ours.Rates, theirs.Rates), shape.Callers == 1 ? AtOneCaller : Loaded));
        }
    }
}
