using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>A model's settings as the runtime's session options.</summary>
internal static class SessionOptionsFactory
{
    public static SessionOptions Create(ModelSettings settings, ModelManagerOptions defaults)
    {
        var options = new SessionOptions
        {
            IntraOpNumThreads = settings.Ort.IntraOpThreads is > 0 and var intra ? intra : defaults.IntraOpThreads,
            InterOpNumThreads = settings.Ort.InterOpThreads is > 0 and var inter ? inter : 1,
            ExecutionMode = settings.Ort.ParallelExecution is true ? ExecutionMode.ORT_PARALLEL : ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = settings.GraphOptimization switch
            {
                GraphOptimization.All => GraphOptimizationLevel.ORT_ENABLE_ALL,
                GraphOptimization.Basic => GraphOptimizationLevel.ORT_ENABLE_BASIC,
                GraphOptimization.Extended => GraphOptimizationLevel.ORT_ENABLE_EXTENDED,
                GraphOptimization.Disabled => GraphOptimizationLevel.ORT_DISABLE_ALL,
                _ => throw new System.Diagnostics.UnreachableException(),
            },
            // A load that fails says why by its exception; a run's errors quote the values of its request.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
            LogId = settings.Name,
        };
        if (settings.Ort.MemoryArena is { } arena) options.EnableCpuMemArena = arena;
        if (settings.Ort.MemoryPattern is { } pattern) options.EnableMemoryPattern = pattern;
        // Spinning burns the cores that the other models and the transports need.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        options.AddSessionConfigEntry("session.inter_op.allow_spinning", "0");
        if (settings.Ort.DeviceAllocatorForInitializers is { } device) options.AddSessionConfigEntry("session.use_device_allocator_for_initializers", device ? "1" : "0");
        if (settings.InstanceKind == InstanceKind.Gpu) ExecutionProviders.Append(options, defaults);
        return options;
    }
}
