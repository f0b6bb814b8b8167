using Contracts.Onnx;
using Google.Protobuf;

namespace Appliance.Inference.Tests.Repository.ExternalData;

/// <summary>Small ONNX models whose tensors name external data.</summary>
internal static class ExternalModels
{
    public static TensorProto Tensor(string name, string? location, string? offset = null, string? length = null)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float, Dims = { 1 },
            DataLocation = TensorProto.Types.DataLocation.External };
        Add("location", location);
        Add("offset", offset);
        Add("length", length);
        return tensor;

        void Add(string key, string? value)
        {
            if (value is not null)
            {
                tensor.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }
    }

    public static ModelProto Model(params TensorProto[] initializers) =>
        new() { IrVersion = 10, Graph = new GraphProto { Name = "g", Initializer = { initializers } } };

    /// <summary>A tensor in every place that can hold one, each with a file named after the place.</summary>
    public static ModelProto Everywhere()
    {
        var attribute = new AttributeProto
        {
            Name = "a",
            T = Tensor("t", "attribute.t"),
            Tensors = { Tensor("t", "attribute.tensors.0"), Tensor("t", "attribute.tensors.1") },
            SparseTensor = new SparseTensorProto { Values = Tensor("t", "attribute.sparse.values"),
                Indices = Tensor("t", "attribute.sparse.indices") },
            SparseTensors = { new SparseTensorProto { Values = Tensor("t", "attribute.sparses") } },
            G = Graph("subgraph", new AttributeProto { Name = "deeper", G = Graph("subsubgraph", new AttributeProto()) }),
            Graphs = { Graph("graphs.0", new AttributeProto()), Graph("graphs.1", new AttributeProto()) },
        };
        return new ModelProto
        {
            IrVersion = 10,
            ProducerName = new string('p', 40_000),
            Graph = Graph("graph", attribute),
            Functions =
            {
                new FunctionProto
                {
                    Name = "f",
                    Node = { new NodeProto { OpType = "Constant",
                        Attribute = { new AttributeProto { T = Tensor("t", "function.node") } } } },
                    AttributeProto = { new AttributeProto { T = Tensor("t", "function.attribute") } },
                },
            },
        };
    }

    /// <summary>Field 20 of the model, training information, which the project's own schema leaves out.</summary>
    public static byte[] WithTraining(ModelProto model, GraphProto initialization)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            var inner = initialization.ToByteArray();
            model.WriteTo(output);
            output.WriteTag(20, WireFormat.WireType.LengthDelimited);
            output.WriteLength(CodedOutputStream.ComputeTagSize(1) + CodedOutputStream.ComputeLengthSize(inner.Length) + inner.Length);
            output.WriteTag(1, WireFormat.WireType.LengthDelimited);
            output.WriteLength(inner.Length);
            output.WriteRawTag(inner);
        }
        return stream.ToArray();
    }

    private static GraphProto Graph(string name, AttributeProto attribute) => new()
    {
        Name = name,
        Initializer = { Tensor("t", name + ".initializer"),
            new TensorProto { Name = "inline", RawData = ByteString.CopyFrom(new byte[40_000]) } },
        SparseInitializer = { new SparseTensorProto { Values = Tensor("t", name + ".sparse.values"),
            Indices = Tensor("t", name + ".sparse.indices") } },
        Node = { new NodeProto { OpType = "X", Attribute = { attribute } } },
    };

    private static void WriteRawTag(this CodedOutputStream output, byte[] bytes)
    {
        foreach (var b in bytes)
        {
            output.WriteRawTag(b);
        }
    }
}
