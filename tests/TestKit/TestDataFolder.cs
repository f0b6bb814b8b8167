namespace TestKit;

/// <summary>
/// Where real data for tests lies: the setting APPLIANCE_TESTDATA, else ../shared/data beside the repository. Tests whose data are absent
/// are skipped with the reason.
/// </summary>
public static class TestDataFolder
{
    private const string Setting = "APPLIANCE_TESTDATA";

    /// <summary>The file or folder of that name below the data folder; false, with the reason to skip, where there is none.</summary>
    public static bool TryFind(string relative, out string path, out string reason)
    {
        var root = Environment.GetEnvironmentVariable(Setting) ?? Path.Combine(RepositoryRoot(), "..", "shared", "data");
        path = Path.GetFullPath(Path.Combine(root, relative));
        var found = File.Exists(path) || Directory.Exists(path);
        reason = found ? "" : $"test data '{relative}' is not in {Path.GetFullPath(root)}; set {Setting} to the folder that has it";
        return found;
    }

    /// <summary>The folder of the solution that the running tests were built of.</summary>
    public static string RepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) return folder.FullName;
        }
        throw new DirectoryNotFoundException($"no folder above {AppContext.BaseDirectory} holds Appliance.sln");
    }
}
