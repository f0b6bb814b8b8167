using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Contracts.Inference;

namespace TestKit;

/// <summary>A served version around a scripted instance: the real batcher, statistics and leases, without a runtime.</summary>
public sealed class ScriptedModel
{
    private readonly ScriptedModelInstance.Script _script;
    private readonly ModelSignature _signature;

    /// <param name="script">Null echoes inputs to outputs.</param>
    public ScriptedModel(string name, ModelSignature signature, ScriptedModelInstance.Script? script = null)
    {
        Name = name;
        _signature = signature;
        _script = script ?? ScriptedModelInstance.Echo(signature);
    }

    public string Name { get; }
    public long Version { get; set; } = 1;
    public int MaxQueueSize { get; set; } = 100;

    /// <summary>Whether runs happen on the thread that brings the request, where nothing else waits.</summary>
    public bool RunsInline { get; set; } = true;

    public TimeProvider Time { get; set; } = TimeProvider.System;
    public ModelConfig Config { get; set; } = new() { Platform = "onnxruntime_onnx" };

    /// <summary>Makes the version ready and routes the model's requests to it.</summary>
    public ServingModel Deploy(ModelDirectory directory, IVersionRouter router)
    {
        var statistics = new Appliance.Inference.Statistics.ModelStatistics(Time, _signature.MaxBatchSize);
        var policy = new BatchPolicy(_signature.MaxBatchSize, MaxQueueSize, gathers: !RunsInline, ownThread: RunsInline);
        var limits = new QueueLimits(TimeSpan.Zero, AllowTimeoutOverride: true);
        var instance = new ScriptedModelInstance(_signature, Time, _script);
        var batcher = new SelfTuningBatcher([instance], policy, limits, statistics, Time, scheduler: null);
        Config.Name = Name;
        Config.MaxBatchSize = _signature.MaxBatchSize;
        var model = new ServingModel(Name, Version, _signature, batcher, statistics, Config, manifest: null);
        directory.GetOrAdd(Name).Join(model);
        router.Route(Name, Version);
        return model;
    }
}
