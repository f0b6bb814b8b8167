namespace Appliance.Inference.Repository;

/// <summary>
/// What a load request brought with it: a configuration, and perhaps files, laid out as a model folder of their own. Owns that folder until
/// it is disposed of, which removes it; to be kept as long as a version loaded from it is served.
/// </summary>
public sealed class StagedModel : IDisposable
{
    private readonly string? _staging;

    internal StagedModel(ModelConfigSource config, string? folder, string? staging)
    {
        Config = config;
        Folder = folder;
        _staging = staging;
    }

    public ModelConfigSource Config { get; }

    /// <summary>The model folder that stands for the repository's; null where only the configuration is another one.</summary>
    public string? Folder { get; }

    /// <exception cref="IOException">The folder could not be removed.</exception>
    public void Dispose()
    {
        if (_staging is not null && Directory.Exists(_staging))
        {
            Directory.Delete(_staging, recursive: true);
        }
    }
}
