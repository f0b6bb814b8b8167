namespace Appliance.Inference.Repository;

/// <summary>What a configuration is checked against besides itself.</summary>
public sealed record ModelConfigContext(string ModelName)
{
    /// <summary>True in a build that carries the CUDA execution provider.</summary>
    public bool CudaBuild { get; init; }

    /// <summary>
    /// Bytes of a file of the model folder, by its path with forward slashes relative to that folder; null where there is no such file.
    /// </summary>
    public Func<string, long?> FileSize { get; init; } = static _ => null;
}
