using Appliance.Inference.Batching;
using Appliance.Inference.Batching.Scheduling;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using ModelStatistics = Appliance.Inference.Statistics.ModelStatistics;

namespace TestKit;

/// <summary>Puts a version together from its parts: the real batcher, statistics and leases around instances of the test's own.</summary>
public sealed class ServedModelBuilder(ModelSignature signature, TimeProvider time)
{
    public string Name { get; set; } = "m";
    public long Version { get; set; } = 1;
    public int MaxQueueSize { get; set; } = 100;

    /// <summary>Whether batching pays for this model.</summary>
    public bool Gathers { get; set; }

    /// <summary>Whether a run is short enough for the thread that brings the request.</summary>
    public bool OwnThread { get; set; } = true;

    /// <summary>What a configuration asks of the batcher besides; null for the one that tunes itself.</summary>
    public ScheduleSettings? Schedule { get; set; }

    public TimeSpan DefaultTimeout { get; set; }
    public bool AllowTimeoutOverride { get; set; } = true;

    /// <summary>For how long the queue may stand; zero for as long as it likes.</summary>
    public TimeSpan MayStandFor { get; set; }

    public RunScheduler? Scheduler { get; set; }

    /// <summary>What the instances share.</summary>
    public IDisposable? Owned { get; set; }

    /// <summary>The version; whoever asked for it disposes it.</summary>
    public ServingModel Build(params IModelInstance[] instances)
    {
        var statistics = new ModelStatistics(time, signature.MaxBatchSize);
        DynamicBatcher batcher;
        if (Schedule is not null)
        {
            var schedule = Schedule with
            {
                MaxBatchSize = signature.MaxBatchSize, DefaultMaxQueueSize = MaxQueueSize, OwnThreadRows = OwnThread ? int.MaxValue : 0,
            };
            batcher = new ScheduledBatcher(instances, schedule, statistics, time, Scheduler, Owned);
        }
        else
        {
            var policy = new BatchPolicy(signature.MaxBatchSize, MaxQueueSize, Gathers, OwnThread);
            batcher = new SelfTuningBatcher(instances, policy, new QueueLimits(DefaultTimeout, AllowTimeoutOverride, MayStandFor), statistics, time, Scheduler, Owned);
        }
        var config = new ModelConfig { Name = Name, Platform = "onnxruntime_onnx", MaxBatchSize = signature.MaxBatchSize };
        return new ServingModel(Name, Version, signature, batcher, statistics, config, manifest: null);
    }

    /// <summary>The same, made ready in a directory, in place of a version of the same number.</summary>
    public ServingModel Deploy(ModelDirectory directory, params IModelInstance[] instances)
    {
        var model = Build(instances);
        directory.GetOrAdd(Name).Join(model);
        return model;
    }
}
