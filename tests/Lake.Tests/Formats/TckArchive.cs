using System.Diagnostics;
using TestKit;

namespace Lake.Tests.Formats;

/// <summary>Files of an archive of test data, unpacked into a folder of the test's own; the test is skipped where the archive is absent.</summary>
internal sealed class TckArchive : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="name">The archive below <c>tck/</c>.</param>
    public TckArchive(string name)
    {
        if (!TestDataFolder.TryFind($"tck/{name}", out var archive, out var reason)) Assert.Skip(reason);
        var start = new ProcessStartInfo("tar") { ArgumentList = { "xJf", archive, "-C", _folder.Path } };
        using var tar = Process.Start(start)!;
        tar.WaitForExit();
        Assert.Equal(0, tar.ExitCode);
    }

    public string this[string path] => _folder[path];

    /// <summary>Names of the files of a folder, in order.</summary>
    public List<string> Names(string folder, string pattern) => [.. Directory.EnumerateFiles(_folder[folder], pattern).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();
}
