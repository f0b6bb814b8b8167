using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;
using Appliance.Inference.Tensors;
using Appliance.Scoring;
using Appliance.Scoring.Traffic;
using Contracts;
using ModelConfig = Contracts.Inference.ModelConfig;

namespace TestKit;

/// <summary>The request path as the appliance has it, with models that the test serves. Everything in it is the real thing but the instances.</summary>
public sealed class TestModels(TimeProvider time, int maxConcurrentRequests = 1000, IRequestTracer? tracer = null)
{
    public ModelDirectory Directory { get; } = new();
    public TrafficTable Traffic => field ??= new TrafficTable(Directory);
    public AdmissionGate Gate { get; } = new(maxConcurrentRequests);
    public TimeProvider Time { get; } = time;

    public ScoringPipeline Pipeline => field ??= new ScoringPipeline(Directory, Traffic, Gate, new BatchEntryPool(), Time, tracer);

    /// <summary>Makes a version ready and routes to it.</summary>
    /// <param name="gathers">Whether requests are merged rather than run where they arrive.</param>
    public ServingModel Serve(
        string name, long version, ModelSignature signature, IModelInstance instance, ModelManifest? manifest = null, int maxQueueSize = 100, bool gathers = false)
    {
        var statistics = new ModelStatistics(Time, signature.MaxBatchSize);
        var policy = new BatchPolicy(signature.MaxBatchSize, maxQueueSize, gathers, ownThread: !gathers);
        var batcher = new SelfTuningBatcher([instance], policy, new QueueLimits(TimeSpan.Zero, true), statistics, Time, null);
        var model = new ServingModel(name, version, signature, batcher, statistics, new ModelConfig { Name = name }, manifest);
        Directory.GetOrAdd(name).Join(model);
        Traffic.Route(name, version);
        return model;
    }

    /// <summary>The same for a version that was put together otherwise.</summary>
    public ServingModel Serve(ServedModelBuilder builder, params IModelInstance[] instances)
    {
        var model = builder.Deploy(Directory, instances);
        Traffic.Route(model.Name, model.Version);
        return model;
    }

    /// <summary>Takes a version away, as a swap does once the traffic has moved on.</summary>
    public async Task RetireAsync(ServingModel model)
    {
        Directory.GetOrAdd(model.Name).Leave(model);
        if (Traffic.RoutedVersion(model.Name) == model.Version) Traffic.Route(model.Name, 0);
        await model.DrainAsync();
        model.Dispose();
    }
}
