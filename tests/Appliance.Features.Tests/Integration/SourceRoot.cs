namespace Appliance.Features.Tests.Integration;

/// <summary>The checkout that the tests were built from.</summary>
internal static class SourceRoot
{
    public static string Find(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine([folder?.FullName ?? throw new DirectoryNotFoundException("Appliance.sln stands in no folder above the tests."), .. parts]);
    }
}
