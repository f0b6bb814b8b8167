using System.Runtime.InteropServices;
using Contracts.Onnx;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;
using Kind = Contracts.Onnx.AttributeProto.Types.AttributeType;

namespace Trainer.Export;

/// <summary>Makes the messages that a graph consists of: nodes, attributes, constants, inputs and outputs.</summary>
internal static class OnnxNodes
{
    public const string MlDomain = "ai.onnx.ml";

    /// <summary>The name of the dimension that counts rows.</summary>
    public const string BatchDimension = "N";

    public static NodeProto Node(string operation, IEnumerable<string> inputs, string output, params AttributeProto[] attributes) =>
        Make("", operation, inputs, output, attributes);

    public static NodeProto MlNode(string operation, IEnumerable<string> inputs, string output, params AttributeProto[] attributes) =>
        Make(MlDomain, operation, inputs, output, attributes);

    public static AttributeProto Integer(string name, long value) => new() { Name = name, Type = Kind.Int, I = value };

    public static AttributeProto Number(string name, float value) => new() { Name = name, Type = Kind.Float, F = value };

    public static AttributeProto Integers(string name, IEnumerable<long> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Ints };
        attribute.Ints.AddRange(values);
        return attribute;
    }

    public static AttributeProto Numbers(string name, IEnumerable<float> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Floats };
        attribute.Floats.AddRange(values);
        return attribute;
    }

    public static AttributeProto Texts(string name, IEnumerable<string> values)
    {
        var attribute = new AttributeProto { Name = name, Type = Kind.Strings };
        attribute.Strings.AddRange(values.Select(ByteString.CopyFromUtf8));
        return attribute;
    }

    public static AttributeProto Tensor(string name, TensorProto value) => new() { Name = name, Type = Kind.Tensor, T = value };

    public static TensorProto FloatTensor(ReadOnlySpan<float> values) => new()
    {
        DataType = (int)DataType.Float,
        Dims = { values.Length },
        RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values)),
    };

    public static TensorProto ByteTensor(ReadOnlySpan<byte> values) => new()
    {
        DataType = (int)DataType.Uint8,
        Dims = { values.Length },
        RawData = ByteString.CopyFrom(values),
    };

    /// <summary>A constant without dimensions.</summary>
    public static TensorProto Scalar(string name, float value)
    {
        var tensor = FloatTensor([value]);
        tensor.Name = name;
        tensor.Dims.Clear();
        return tensor;
    }

    /// <summary>An input or output of shape [N, width].</summary>
    public static ValueInfoProto Value(string name, DataType type, int width, string description = "")
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimParam = BatchDimension });
        shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = width });
        return new ValueInfoProto
        {
            Name = name,
            DocString = description,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)type, Shape = shape } },
        };
    }

    private static NodeProto Make(string domain, string operation, IEnumerable<string> inputs, string output, AttributeProto[] attributes)
    {
        var node = new NodeProto { Name = output, OpType = operation, Domain = domain, Output = { output } };
        node.Input.AddRange(inputs);
        node.Attribute.AddRange(attributes);
        return node;
    }
}
