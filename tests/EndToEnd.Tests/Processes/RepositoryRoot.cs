namespace EndToEnd.Tests.Processes;

/// <summary>The checkout that these tests were built from, and the settings that are resolved against it.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>A setting's path, or the default, resolved against the checkout.</summary>
    public static string Resolve(string setting, string fallback)
    {
        var value = Environment.GetEnvironmentVariable(setting);
        return System.IO.Path.GetFullPath(string.IsNullOrEmpty(value) ? fallback : value, Path);
    }

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "Appliance.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no Appliance.sln above {AppContext.BaseDirectory}");
    }
}
