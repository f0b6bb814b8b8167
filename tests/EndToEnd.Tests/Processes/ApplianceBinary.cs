namespace EndToEnd.Tests.Processes;

/// <summary>The published binary under test: setting APPLIANCE_BINARY, by default what native-aot/publish.sh writes.</summary>
internal static class ApplianceBinary
{
    public const string Setting = "APPLIANCE_BINARY";

    /// <summary>Its path; skips the test, with the reason, where it is not published.</summary>
    public static string PathOrSkip()
    {
        var path = RepositoryRoot.Resolve(Setting, "artifacts/appliance/appliance");
        Assert.SkipUnless(File.Exists(path), $"there is no binary at '{path}': run native-aot/publish.sh or set {Setting}");
        return path;
    }
}
