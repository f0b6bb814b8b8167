using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Contracts.Inference;

namespace Appliance.Host.Grpc;

/// <summary>A version's counters as the protocol's ModelStatistics.</summary>
internal static class StatisticsMapping
{
    public static Contracts.Inference.ModelStatistics ToWire(ServingModel model)
    {
        var s = model.Statistics;
        var wire = new Contracts.Inference.ModelStatistics
        {
            Name = model.Name,
            Version = model.VersionText,
            LastInference = (ulong)s.LastInferenceMs,
            InferenceCount = (ulong)s.RowCount,
            ExecutionCount = (ulong)s.ExecutionCount,
            InferenceStats = new InferStatistics
            {
                Success = ToWire(s.Success),
                Fail = ToWire(s.Failure),
                Queue = ToWire(s.Queue),
                ComputeInput = ToWire(s.ComputeInput),
                ComputeInfer = ToWire(s.ComputeInfer),
                ComputeOutput = ToWire(s.ComputeOutput),
                CacheHit = new StatisticDuration(),
                CacheMiss = new StatisticDuration(),
            },
        };
        wire.BatchStats.AddRange(s.BatchSizes.Select(b => new InferBatchStatistics
        {
            BatchSize = (ulong)b.Rows,
            ComputeInput = ToWire(b.Input),
            ComputeInfer = ToWire(b.Infer),
            ComputeOutput = ToWire(b.Output),
        }));
        return wire;
    }

    private static StatisticDuration ToWire(DurationSum sum) => new() { Count = (ulong)sum.Count, Ns = (ulong)sum.Nanoseconds };
}
