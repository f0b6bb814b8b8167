using System.Text;

namespace Appliance.Inference.Tests;

/// <summary>A folder of its own for one test, removed with everything in it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("appliance-tests-").FullName;

    public string At(string path) => Path.Combine(Root, path);

    public string Write(string path, byte[] content)
    {
        var full = At(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    public string Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    public string Folder(string path) => Directory.CreateDirectory(At(path)).FullName;

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
