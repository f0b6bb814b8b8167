namespace Appliance.Inference.Repository;

/// <summary>
/// Lists what a repository folder holds: models, versions and their files. Reads names, sizes and times only. Never throws for what it
/// finds: a folder that vanishes is not there, one that cannot be read is named with the reason.
/// </summary>
public static class ModelRepositoryScan
{
    /// <summary>Folders of a model that are no versions and hold what the configuration names.</summary>
    private static readonly string[] KnownFolders = [ModelConfigReader.NamedFolder, "warmup", "initial_state"];

    public static RepositoryState Scan(string root)
    {
        Dictionary<string, ModelFolderState> models = new(StringComparer.Ordinal);
        Dictionary<string, string> unreadable = new(StringComparer.Ordinal);
        IReadOnlyList<FileSystemInfo> entries;
        try
        {
            entries = FolderListing.Entries(root);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new(root, models, unreadable, error.Message);
        }
        // Files and dot folders are not models: a publisher writes into a dot folder and renames it once it is whole.
        foreach (var entry in entries.Where(entry => !entry.Name.StartsWith('.')))
        {
            ScanEntry(entry, models, unreadable);
        }
        return new(root, models, unreadable);
    }

    /// <summary>Reads one model folder; null where it is not there.</summary>
    /// <exception cref="IOException">The folder, or one in it, cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static ModelFolderState? ScanModel(string name, string folder)
    {
        List<VersionFolderState> versions = [];
        List<FileStamp> configs = [], others = [];
        List<string> ignored = [];
        IReadOnlyList<FileSystemInfo> entries;
        try
        {
            entries = FolderListing.Entries(folder);
        }
        catch (DirectoryNotFoundException)
        {
            return null;
        }
        foreach (var entry in entries)
        {
            var isFolder = FolderListing.IsFolder(entry);
            if (isFolder && ModelName.TryParseVersion(entry.Name, out var version, out var problem))
            {
                List<FileStamp> files = [];
                FolderListing.Add(entry, entry.Name, files);
                versions.Add(new(version, entry.FullName, files));
            }
            else if (entry.Name == ModelConfigReader.FileName || entry.Name == ModelConfigReader.NamedFolder)
            {
                FolderListing.Add(entry, entry.Name, configs);
            }
            else if (isFolder && !entry.Name.StartsWith('.') && !KnownFolders.Contains(entry.Name))
            {
                ModelName.TryParseVersion(entry.Name, out _, out problem);
                ignored.Add($"{DisplayValue.Quote(entry.Name)}: {problem}");
                FolderListing.Add(entry, entry.Name, others);
            }
            else if (!entry.Name.StartsWith('.'))
            {
                FolderListing.Add(entry, entry.Name, others);
            }
        }
        return new ModelFolderState
        {
            Name = name,
            Path = folder,
            Versions = [.. versions.OrderBy(each => each.Version)],
            ConfigFiles = configs,
            OtherFiles = others,
            IgnoredVersions = ignored,
        };
    }

    private static void ScanEntry(FileSystemInfo entry, Dictionary<string, ModelFolderState> models, Dictionary<string, string> unreadable)
    {
        try
        {
            if (!FolderListing.IsFolder(entry))
            {
                // A link that leads nowhere stood for a model; a file never did.
                if (entry.LinkTarget is not null && entry.ResolveLinkTarget(returnFinalTarget: true) is not { Exists: true })
                {
                    unreadable[entry.Name] = "the link leads nowhere";
                }
                return;
            }
            if (ModelName.Problem(entry.Name) is { } problem)
            {
                unreadable[entry.Name] = problem;
            }
            else if (ScanModel(entry.Name, entry.FullName) is { } model)
            {
                models[entry.Name] = model;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            unreadable[entry.Name] = error.Message;
        }
    }
}
