namespace Appliance.Inference.Repository;

/// <summary>Lists the files under a folder, links followed, with a bound on how deep and how many.</summary>
internal static class FolderListing
{
    /// <summary>Folders within folders; a loop of links ends here too.</summary>
    public const int MaxDepth = 16;

    /// <summary>Files of one model at most: each poll looks at all of them.</summary>
    public const int MaxFiles = 100_000;

    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The entries directly in a folder, by name.</summary>
    public static IReadOnlyList<FileSystemInfo> Entries(string folder) =>
        [.. new DirectoryInfo(folder).EnumerateFileSystemInfos("*", All).OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    /// <summary>True for a folder and for a link to one.</summary>
    public static bool IsFolder(FileSystemInfo entry) => Directory.Exists(entry.FullName);

    /// <summary>Adds every file at or under an entry. One that vanishes meanwhile is not there.</summary>
    /// <exception cref="IOException">The entries are too deep or too many, or a folder cannot be read.</exception>
    public static void Add(FileSystemInfo entry, string path, List<FileStamp> files, int depth = 0)
    {
        if (!IsFolder(entry))
        {
            if (files.Count >= MaxFiles)
            {
                throw new IOException($"There are more than {MaxFiles} files.");
            }
            if (Stamp(entry, path) is { } stamp)
            {
                files.Add(stamp);
            }
            return;
        }
        if (depth >= MaxDepth)
        {
            throw new IOException($"Folders lie more than {MaxDepth} deep in each other at '{path}'.");
        }
        try
        {
            foreach (var child in Entries(entry.FullName))
            {
                Add(child, $"{path}/{child.Name}", files, depth + 1);
            }
        }
        catch (DirectoryNotFoundException)
        {
            // The folder went away between its listing and its reading, as a finished clean-up does.
        }
    }

    private static FileStamp? Stamp(FileSystemInfo entry, string path)
    {
        var target = entry.LinkTarget is null ? entry : entry.ResolveLinkTarget(returnFinalTarget: true);
        if (target is not { Exists: true })
        {
            return entry.LinkTarget is null ? null : new FileStamp(path, -1, 0);
        }
        var file = new FileInfo(target.FullName);
        return file.Exists ? new FileStamp(path, file.Length, (file.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100) : null;
    }
}
