namespace EndToEnd.Tests.Processes;

/// <summary>The sample data that lies beside the checkout: setting APPLIANCE_TESTDATA.</summary>
internal static class TestData
{
    public const string Setting = "APPLIANCE_TESTDATA";

    /// <summary>A file of the sample data; skips the test, with the reason, where it is absent.</summary>
    public static string FileOrSkip(string relativePath)
    {
        var path = Path.Combine(RepositoryRoot.Resolve(Setting, "../shared/data"), relativePath);
        Assert.SkipUnless(File.Exists(path), $"there is no '{path}': set {Setting} to the folder of the sample data");
        return path;
    }
}
