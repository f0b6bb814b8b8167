namespace Appliance.Inference.Repository;

/// <summary>Where a model's instances run.</summary>
public enum InstanceKind
{
    Cpu,

    /// <summary>The first CUDA device; only in builds that carry that execution provider.</summary>
    Gpu,
}
