using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>The graph's optimization level is honoured; accelerators and GPU copies are not, except what changes nothing.</summary>
internal static class OptimizationRules
{
    public static GraphOptimization Check(ModelConfig config, ModelConfigContext context, ConfigRefusals refusals)
    {
        if (config.Optimization is not { } optimization)
        {
            return GraphOptimization.All;
        }
        refusals.Require(optimization.Priority == ModelOptimizationPolicy.Types.ModelPriority.PriorityDefault, "optimization.priority",
            optimization.Priority.ConfigName(),
            "all models have the same priority; write PRIORITY_DEFAULT");
        refusals.Require(optimization.Cuda is null || optimization.Cuda.Equals(new ModelOptimizationPolicy.Types.Cuda()),
            "optimization.cuda",
            "CUDA graphs and streams cannot be set; remove it");
        // input_pinned_memory and output_pinned_memory are taken as they are: they say how bytes reach a GPU, never what the model answers,
        // and the server that these files are written for reports them as enabled for every model, so that a configuration read back from
        // it has them.
        refusals.Require(optimization.GatherKernelBufferThreshold == 0, "optimization.gather_kernel_buffer_threshold",
            optimization.GatherKernelBufferThreshold,
            "inputs are gathered by the CPU; leave it out");
        refusals.Require(!optimization.EagerBatching, "optimization.eager_batching", true,
            "a batch is built when an instance is free to run it, not before");
        CheckAccelerators(optimization.ExecutionAccelerators, context, refusals);
        return Level(optimization.Graph?.Level ?? 0, refusals);
    }

    private static GraphOptimization Level(int level, ConfigRefusals refusals)
    {
        refusals.Require(level is >= -1 and <= 2, "optimization.graph.level", level,
            "it must be -1 for basic optimizations, 0 for all, 1 for extended or 2 for none");
        return level switch
        {
            -1 => GraphOptimization.Basic,
            1 => GraphOptimization.Extended,
            2 => GraphOptimization.Disabled,
            _ => GraphOptimization.All,
        };
    }

    private static void CheckAccelerators(ModelOptimizationPolicy.Types.ExecutionAccelerators? accelerators, ModelConfigContext context,
        ConfigRefusals refusals)
    {
        const string field = "optimization.execution_accelerators";
        for (var i = 0; i < (accelerators?.GpuExecutionAccelerator.Count ?? 0); i++)
        {
            var accelerator = accelerators!.GpuExecutionAccelerator[i];
            var path = $"{field}.gpu_execution_accelerator[{i}]";
            var known = refusals.Require(context.CudaBuild && accelerator.Name == "cuda", $"{path}.name", accelerator.Name,
                context.CudaBuild
                ? "only cuda is available"
                : "this build has no GPU support; publish with -p:Accelerator=cuda and install the NVIDIA driver and CUDA, or remove it");
            if (known)
            {
                refusals.Require(accelerator.Parameters.Count == 0, $"{path}.parameters", accelerator.Parameters.Keys,
                    "options of the provider cannot be set; remove them");
            }
        }
        for (var i = 0; i < (accelerators?.CpuExecutionAccelerator.Count ?? 0); i++)
        {
            refusals.Require(false, $"{field}.cpu_execution_accelerator[{i}].name", accelerators!.CpuExecutionAccelerator[i].Name,
                "only the runtime's own CPU provider is available; remove it");
        }
    }
}
