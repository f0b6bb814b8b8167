namespace Compare.Tests;

/// <summary>A folder of a test's own, gone when disposed.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("compare-tests-");

    /// <summary>Not there yet; whatever is made beside it goes with it.</summary>
    public string Path => System.IO.Path.Combine(_parent.FullName, "repository");

    public void Dispose() => _parent.Delete(recursive: true);
}
