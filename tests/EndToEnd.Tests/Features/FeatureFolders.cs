using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using TestKit;

namespace EndToEnd.Tests.Features;

/// <summary>What outlives a process that serves features: their folder, and a model repository. Gone with the test.</summary>
internal sealed class FeatureFolders : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TemporaryRepository Repository { get; } = new();

    /// <summary>Where the features are kept.</summary>
    public string Features => _folder["features"];

    /// <summary>A path beside it.</summary>
    public string Beside(string name) => _folder[name];

    /// <summary>How a process on them is started.</summary>
    /// <param name="settings">Settings by their key, where they differ from the defaults.</param>
    public ApplianceSettings Settings(params (string Key, string Value)[] settings) => new()
    {
        Repository = Repository.Path,
        Flags = ["--features-folder", Features],
        Settings = settings.ToDictionary(s => s.Key, s => s.Value),
    };

    public void Dispose()
    {
        Repository.Dispose();
        _folder.Dispose();
    }
}
