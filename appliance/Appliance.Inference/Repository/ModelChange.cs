namespace Appliance.Inference.Repository;

/// <summary>
/// One model folder that differs between two scans, and in what. For an added model, every version is added; for a removed one, removed.
/// </summary>
public sealed record ModelChange(string Name, ModelChangeKind Kind)
{
    /// <summary>The configuration is another one, or a named one is.</summary>
    public bool ConfigChanged { get; init; }

    /// <summary>Labels, warm-up data or the like differ.</summary>
    public bool OtherFilesChanged { get; init; }

    /// <summary>Ascending, as are the two below.</summary>
    public IReadOnlyList<long> AddedVersions { get; init; } = [];

    public IReadOnlyList<long> ModifiedVersions { get; init; } = [];

    public IReadOnlyList<long> RemovedVersions { get; init; } = [];

    /// <summary>True where only the configuration differs, so that the versions' files need not be read again.</summary>
    public bool IsConfigOnly => Kind == ModelChangeKind.Modified && ConfigChanged && !OtherFilesChanged
        && AddedVersions.Count == 0 && ModifiedVersions.Count == 0 && RemovedVersions.Count == 0;
}
