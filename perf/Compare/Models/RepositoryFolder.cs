using System.Globalization;
using Contracts.Onnx;
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

    /// <summary>Adds an MLP as version 1, its weights from the seed.</summary>
    public RepositoryFolder Add(string model, int seed) => AddGraph(model, MlpGraph.Build(seed));

    /// <summary>Adds a model whose rows take about a millisecond, one by one.</summary>
    public RepositoryFolder AddWide(string model, int seed) => AddGraph(model, MlpGraph.Build(seed, first: 2048, second: 2048));

    /// <summary>Adds a model of one version; its configuration says of inputs and outputs what the graph says.</summary>
    public RepositoryFolder AddGraph(string model, ModelProto graph)
    {
        WriteVersion(VersionPath(model, 1), graph.ToByteArray());
        File.WriteAllText(System.IO.Path.Combine(Path, model, "config.pbtxt"), $$"""
            name: "{{model}}"
            backend: "onnxruntime"
            max_batch_size: 128
            input [ {{Tensor(graph.Graph.Input.Single())}} ]
            output [ {{Tensor(graph.Graph.Output.Single())}} ]
            dynamic_batching { }

            """);
        return this;
    }

    private static string Tensor(ValueInfoProto tensor) =>
        $$"""{ name: "{{tensor.Name}}" data_type: TYPE_FP32 dims: [ {{string.Join(", ", tensor.Type.TensorType.Shape.Dim.Skip(1).Select(d => d.DimValue))}} ] }""";

    public string VersionPath(string model, int version) => System.IO.Path.Combine(Path, model, version.ToString(CultureInfo.InvariantCulture));

    public string GraphPath(string model, int version) => System.IO.Path.Combine(VersionPath(model, version), "model.onnx");

    /// <summary>Writes a version folder aside and renames it into the repository, so that a reader never sees half of it.</summary>
    public void MoveIn(string model, int version, byte[] graph)
    {
        var aside = Path + ".staging";
        WriteVersion(aside, graph);
        Directory.Move(aside, VersionPath(model, version));
    }

    public void Remove(string model, int version) => Directory.Delete(VersionPath(model, version), recursive: true);

    private static void WriteVersion(string path, byte[] graph)
    {
        Directory.CreateDirectory(path);
        File.WriteAllBytes(System.IO.Path.Combine(path, "model.onnx"), graph);
    }
}
