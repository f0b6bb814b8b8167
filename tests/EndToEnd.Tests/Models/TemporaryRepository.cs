using System.Globalization;
using System.Text;

namespace EndToEnd.Tests.Models;

/// <summary>A model repository in a folder of its own, deleted at the end. Versions appear in it whole, by a rename, as a publisher writes them.</summary>
internal sealed class TemporaryRepository : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("appliance-repository-").FullName;
    private int _staged;

    public TemporaryRepository() => Directory.CreateDirectory(Path);

    /// <summary>The folder to serve.</summary>
    public string Path => System.IO.Path.Combine(_root, "models");

    /// <summary>A folder beside it, on the same disk, that is not served.</summary>
    public string Outside => _root;

    public string ModelPath(string model) => System.IO.Path.Combine(Path, model);

    public string VersionPath(string model, long version) => System.IO.Path.Combine(ModelPath(model), version.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds a model with one version and, if given, a configuration.</summary>
    public void AddModel(string model, byte[] onnx, string? config = null, long version = 1)
    {
        var staging = Stage();
        WriteFiles(System.IO.Path.Combine(staging, version.ToString(CultureInfo.InvariantCulture)), [("model.onnx", onnx)]);
        if (config is not null) File.WriteAllText(System.IO.Path.Combine(staging, "config.pbtxt"), config);
        Directory.Move(staging, ModelPath(model));
    }

    /// <summary>Adds a version to a model that is there.</summary>
    public void AddVersion(string model, long version, params (string Name, byte[] Content)[] files)
    {
        var staging = Stage();
        WriteFiles(staging, files);
        Directory.CreateDirectory(ModelPath(model));
        Directory.Move(staging, VersionPath(model, version));
    }

    public void AddVersion(string model, long version, byte[] onnx) => AddVersion(model, version, ("model.onnx", onnx));

    /// <summary>Replaces a model's configuration in one step.</summary>
    public void WriteConfig(string model, string config)
    {
        var staged = Stage();
        File.WriteAllText(System.IO.Path.Combine(staged, "config.pbtxt"), config, new UTF8Encoding(false));
        Directory.CreateDirectory(ModelPath(model));
        File.Move(System.IO.Path.Combine(staged, "config.pbtxt"), System.IO.Path.Combine(ModelPath(model), "config.pbtxt"), overwrite: true);
    }

    /// <summary>Takes a version away in one step.</summary>
    public void RemoveVersion(string model, long version) => Directory.Move(VersionPath(model, version), System.IO.Path.Combine(Stage(), "gone"));

    public void RemoveModel(string model) => Directory.Move(ModelPath(model), System.IO.Path.Combine(Stage(), "gone"));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Stage() => Directory.CreateDirectory(System.IO.Path.Combine(_root, $"staged-{Interlocked.Increment(ref _staged)}")).FullName;

    private static void WriteFiles(string folder, (string Name, byte[] Content)[] files)
    {
        foreach (var (name, content) in files)
        {
            var path = System.IO.Path.Combine(folder, name);
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, content);
        }
    }
}
