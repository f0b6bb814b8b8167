using Contracts.Onnx;
using Google.Protobuf;

namespace AotProbe;

/// <summary>Small graphs for the probes.</summary>
internal static class ProbeModels
{
    /// <summary>A repository of four models: doubled (fixed shape), scheduled (the same with a queue delay), words (strings) and broken (not a graph).</summary>
    public static string WriteRepository()
    {
        var root = Directory.CreateTempSubdirectory("aot-probe-").FullName;
        Write(root, "doubled", Graph(TensorProto.Types.DataType.Float, "Add", ["x", "x"], 4));
        Write(root, "scheduled", Graph(TensorProto.Types.DataType.Float, "Add", ["x", "x"], 4));
        File.WriteAllText(Path.Combine(root, "scheduled", "config.pbtxt"), "max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 100 }");
        Write(root, "words", Graph(TensorProto.Types.DataType.String, "Identity", ["x"], null));
        Directory.CreateDirectory(Path.Combine(root, "broken", "1"));
        File.WriteAllText(Path.Combine(root, "broken", "1", "model.onnx"), "not a graph");
        return root;
    }

    private static ModelProto Graph(TensorProto.Types.DataType type, string op, string[] inputs, long? width) => new()
    {
        IrVersion = 8,
        OpsetImport = { new OperatorSetIdProto { Version = 17 } },
        Graph = new GraphProto
        {
            Name = "probe",
            Node = { new NodeProto { OpType = op, Input = { inputs }, Output = { "y" } } },
            Input = { Value("x", type, width) },
            Output = { Value("y", type, width) },
        },
    };

    private static ValueInfoProto Value(string name, TensorProto.Types.DataType type, long? width)
    {
        var second = width is { } w
            ? new TensorShapeProto.Types.Dimension { DimValue = w }
            : new TensorShapeProto.Types.Dimension { DimParam = "W" };
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "N" }, second } };
        return new ValueInfoProto { Name = name, Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } } };
    }

    private static void Write(string root, string model, ModelProto graph)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, model, "1")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "model.onnx"), graph.ToByteArray());
    }
}
