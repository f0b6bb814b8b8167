using System.Runtime.InteropServices;
using Contracts.Onnx;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Models;

/// <summary>Writes a small ONNX graph, node by node. A dimension of -1 is dynamic.</summary>
internal sealed class GraphBuilder(string name)
{
    // An opset that every runtime of the last years takes, with the IR version that came with it.
    private const int Opset = 17, IrVersion = 8, MlOpset = 3;
    private const string MlDomain = "ai.onnx.ml";

    private readonly GraphProto _graph = new() { Name = name };

    public GraphBuilder Input(string name, DataType type, params long[] shape)
    {
        _graph.Input.Add(ValueInfo(name, type, shape));
        return this;
    }

    public GraphBuilder Output(string name, DataType type, params long[] shape)
    {
        _graph.Output.Add(ValueInfo(name, type, shape));
        return this;
    }

    public GraphBuilder Node(string op, string[] inputs, string[] outputs, params AttributeProto[] attributes)
    {
        _graph.Node.Add(new NodeProto { OpType = op, Name = $"{op}{_graph.Node.Count}", Input = { inputs }, Output = { outputs }, Attribute = { attributes } });
        return this;
    }

    /// <summary>A number to every text of a row, by its place in the list from 1 on; 0 to any other.</summary>
    public GraphBuilder Ordinals(string input, string output, IReadOnlyList<string> texts)
    {
        _graph.Node.Add(new NodeProto
        {
            OpType = "LabelEncoder",
            Domain = MlDomain,
            Name = $"LabelEncoder{_graph.Node.Count}",
            Input = { input },
            Output = { output },
            Attribute =
            {
                new AttributeProto { Name = "keys_strings", Type = AttributeProto.Types.AttributeType.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
                new AttributeProto { Name = "values_floats", Type = AttributeProto.Types.AttributeType.Floats, Floats = { Enumerable.Range(1, texts.Count).Select(i => (float)i) } },
                new AttributeProto { Name = "default_float", Type = AttributeProto.Types.AttributeType.Float, F = 0 },
            },
        });
        return this;
    }

    public GraphBuilder Constant<T>(string name, DataType type, long[] shape, T[] values) where T : unmanaged
    {
        _graph.Initializer.Add(Tensor(name, type, shape, values));
        return this;
    }

    /// <summary>A constant whose bytes lie in another file, at a path that the graph gives.</summary>
    public GraphBuilder ExternalConstant(string name, DataType type, long[] shape, string location, long offset, long length)
    {
        _graph.Initializer.Add(new TensorProto
        {
            Name = name,
            DataType = (int)type,
            Dims = { shape },
            DataLocation = TensorProto.Types.DataLocation.External,
            ExternalData =
            {
                new StringStringEntryProto { Key = "location", Value = location },
                new StringStringEntryProto { Key = "offset", Value = $"{offset}" },
                new StringStringEntryProto { Key = "length", Value = $"{length}" },
            },
        });
        return this;
    }

    public GraphProto Graph() => _graph;

    public byte[] Model() => new ModelProto
    {
        IrVersion = IrVersion,
        ProducerName = "end-to-end tests",
        Graph = _graph,
        OpsetImport = { new OperatorSetIdProto { Version = Opset }, new OperatorSetIdProto { Domain = MlDomain, Version = MlOpset } },
    }.ToByteArray();

    public static AttributeProto Attribute(string name, GraphProto graph) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Graph, G = graph };

    public static AttributeProto Attribute(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    public static TensorProto Tensor<T>(string name, DataType type, long[] shape, T[] values) where T : unmanaged => new()
    {
        Name = name,
        DataType = (int)type,
        Dims = { shape },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan())),
    };

    private static ValueInfoProto ValueInfo(string name, DataType type, long[] shape) => new()
    {
        Name = name,
        Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = Shape(shape) } },
    };

    private static TensorShapeProto Shape(long[] dims)
    {
        var shape = new TensorShapeProto();
        for (var i = 0; i < dims.Length; i++)
        {
            shape.Dim.Add(dims[i] >= 0
                ? new TensorShapeProto.Types.Dimension { DimValue = dims[i] }
                : new TensorShapeProto.Types.Dimension { DimParam = i == 0 ? "batch" : $"d{i}" });
        }
        return shape;
    }
}
