using Appliance.Inference.Lifecycle;
using Microsoft.ML.OnnxRuntime;

namespace Appliance.Inference.Onnx;

/// <summary>The runtime's execution providers: which this build carries, and how sessions get them. Stateless.</summary>
public static class ExecutionProviders
{
    public const string Cpu = "cpu";
    public const string Cuda = "cuda";

#if CUDA
    private const bool CudaBuild = true;
#else
    private const bool CudaBuild = false;
#endif

    /// <summary>Every provider that some build carries; what a build cannot do is named with what to install.</summary>
    public static IReadOnlyList<string> Known { get; } = [Cuda, Cpu];

    public static bool InBuild(string provider) => provider == Cpu || (provider == Cuda && CudaBuild);

    /// <summary>Null where sessions can be given these providers in this order, else the rule that the list breaks.</summary>
    public static string? Problem(IReadOnlyList<string> providers)
    {
        if (providers.FirstOrDefault(p => !Known.Contains(p)) is { } unknown) return $"'{unknown}' is not known; there are {string.Join(", ", Known)}";
        if (providers.Distinct().Count() != providers.Count) return "each may be named once";
        if (providers.Contains(Cpu) && providers[^1] != Cpu) return "cpu takes every node, so it comes last";
        return providers.FirstOrDefault(p => !InBuild(p)) is { } absent
            ? $"this build has no {absent}: publish it with ACCELERATOR=cuda native-aot/publish.sh (package Microsoft.ML.OnnxRuntime.Gpu.Linux), and install the NVIDIA driver, CUDA 12 and cuDNN 9"
            : null;
    }

    /// <summary>Gives a session the accelerators that are wanted, best first. The runtime itself adds the processor behind them.</summary>
    internal static void Append(SessionOptions session, ModelManagerOptions options)
    {
        if (options.ExecutionProviders.Length > 0 && !options.ExecutionProviders.Contains(Cuda)) return;
        using var cuda = new OrtCUDAProviderOptions();
        var settings = new Dictionary<string, string> { ["device_id"] = "0" };
        if (options.AcceleratorMemoryMegabytes > 0) settings["gpu_mem_limit"] = ((long)options.AcceleratorMemoryMegabytes << 20).ToString(System.Globalization.CultureInfo.InvariantCulture);
        cuda.UpdateOptions(settings);
        session.AppendExecutionProvider_CUDA(cuda);
    }
}
