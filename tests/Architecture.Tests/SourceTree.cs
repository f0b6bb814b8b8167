namespace Architecture.Tests;

/// <summary>The repository's own files, found from where the tests run.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>Files with that ending below a folder, build output left out; paths relative to the root, with forward slashes.</summary>
    public static IEnumerable<string> Files(string ending, string folder = "") =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*" + ending, SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(Root, f).Replace('\\', '/'))
            .Where(f => !f.Split('/').Any(part => part is "bin" or "obj" or "artifacts" or "node_modules" or ".run" or ".git"))
            .Order(StringComparer.Ordinal);

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path));

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) return folder.FullName;
        }
        throw new InvalidOperationException($"no Appliance.sln above {AppContext.BaseDirectory}");
    }
}
