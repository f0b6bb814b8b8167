namespace Appliance.Inference.Repository;

/// <summary>A model folder as one scan found it. Immutable.</summary>
public sealed record ModelFolderState
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    /// <summary>Ascending.</summary>
    public required IReadOnlyList<VersionFolderState> Versions { get; init; }

    /// <summary><c>config.pbtxt</c> and what lies in <c>configs/</c>, by path.</summary>
    public required IReadOnlyList<FileStamp> ConfigFiles { get; init; }

    /// <summary>Labels, warm-up data and anything else outside version folders, by path.</summary>
    public required IReadOnlyList<FileStamp> OtherFiles { get; init; }

    /// <summary>Folders that look like versions and are not, with the reason: <c>01: a version has no leading zero</c>.</summary>
    public required IReadOnlyList<string> IgnoredVersions { get; init; }

    /// <summary>
    /// Bytes of a file of the model, by its path relative to the model folder; null where there is none. For
    /// <see cref="ModelConfigContext"/>.
    /// </summary>
    public long? FileSize(string path)
    {
        foreach (var file in ConfigFiles.Concat(OtherFiles).Concat(Versions.SelectMany(version => version.Files)))
        {
            if (file.Path == path)
            {
                return file.Bytes >= 0 ? file.Bytes : null;
            }
        }
        return null;
    }
}
