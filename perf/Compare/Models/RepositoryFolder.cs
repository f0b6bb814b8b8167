using System.Globalization;
using Google.Protobuf;

namespace Compare.Models;

/// <summary>A Triton-style model repository with MLPs in it, made anew in a folder of its own.</summary>
internal sealed class RepositoryFolder
{
    private RepositoryFolder(string path) => Path = path;

    public string Path { get; }

    public static RepositoryFolder Create(string path)
    {
        if (Directory.Exists(path))
        {
            Directory.Delete(path, recursive: true);
        }
        return new(Directory.CreateDirectory(path).FullName);
    }

    /// <summary>Adds a model with one version whose weights come from the seed.</summary>
    public RepositoryFolder Add(string model, int version, int seed)
    {
        WriteVersion(VersionPath(model, version), MlpGraph.Build(seed));
        return Configure(model);
    }

    /// <summary>Adds a model whose rows take about a millisecond, one by one.</summary>
    public RepositoryFolder AddWide(string model, int seed)
    {
        WriteVersion(VersionPath(model, 1), MlpGraph.Build(seed, first: 2048, second: 2048));
        return Configure(model);
    }

    private RepositoryFolder Configure(string model)
    {
        File.WriteAllText(System.IO.Path.Combine(Path, model, "config.pbtxt"), $$"""
            name: "{{model}}"
            backend: "onnxruntime"
            max_batch_size: 128
            input [ { name: "{{MlpGraph.Input}}" data_type: TYPE_FP32 dims: [ {{MlpGraph.Width}} ] } ]
            output [ { name: "{{MlpGraph.Output}}" data_type: TYPE_FP32 dims: [ 1 ] } ]
            dynamic_batching { }

            """);
        return this;
    }

    public string VersionPath(string model, int version) => System.IO.Path.Combine(Path, model, version.ToString(CultureInfo.InvariantCulture));

    public string GraphPath(string model, int version) => System.IO.Path.Combine(VersionPath(model, version), "model.onnx");

    /// <summary>Writes a version folder aside and renames it into the repository, so that a reader never sees half of it.</summary>
    public void MoveIn(string model, int version, int seed)
    {
        var aside = Path + ".staging";
        WriteVersion(aside, MlpGraph.Build(seed));
        Directory.Move(aside, VersionPath(model, version));
    }

    public void Remove(string model, int version) => Directory.Delete(VersionPath(model, version), recursive: true);

    private static void WriteVersion(string path, Contracts.Onnx.ModelProto graph)
    {
        Directory.CreateDirectory(path);
        File.WriteAllBytes(System.IO.Path.Combine(path, "model.onnx"), graph.ToByteArray());
    }
}
