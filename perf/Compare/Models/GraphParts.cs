using System.Runtime.InteropServices;
using Contracts.Onnx;
using Google.Protobuf;

namespace Compare.Models;

/// <summary>What the graphs of measured models are made of. Pure.</summary>
internal static class GraphParts
{
    public static ModelProto Model(GraphProto graph, params ReadOnlySpan<OperatorSetIdProto> more) => new()
    {
        IrVersion = 8,
        ProducerName = "perf",
        OpsetImport = { (OperatorSetIdProto[])[new OperatorSetIdProto { Version = 17 }, .. more] },
        Graph = graph,
    };

    /// <summary>An FP32 tensor of any number of rows.</summary>
    public static ValueInfoProto Tensor(string name, params ReadOnlySpan<int> dims)
    {
        var shape = new TensorShapeProto { Dim = { new TensorShapeProto.Types.Dimension { DimParam = "batch" } } };
        foreach (var dim in dims) shape.Dim.Add(new TensorShapeProto.Types.Dimension { DimValue = dim });
        return new()
        {
            Name = name,
            Type = new TypeProto { TensorType = new TypeProto.Types.Tensor { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } },
        };
    }

    /// <summary>Weights from minus to plus the scale.</summary>
    public static TensorProto Weights(string name, Random random, double scale, params ReadOnlySpan<int> dims)
    {
        var tensor = new TensorProto { Name = name, DataType = (int)TensorProto.Types.DataType.Float };
        var count = 1;
        foreach (var dim in dims)
        {
            tensor.Dims.Add(dim);
            count *= dim;
        }
        var values = new float[count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)((random.NextDouble() * 2 - 1) * scale);
        }
        tensor.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(values.AsSpan()));
        return tensor;
    }
}
