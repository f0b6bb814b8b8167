using Appliance.Inference.Tensors;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Appliance.Inference.Onnx;

/// <summary>The runtime's element types against the protocol's datatypes.</summary>
internal static class OnnxTypes
{
    public static Datatype ToDatatype(TensorElementType type) => type switch
    {
        TensorElementType.Bool => Datatype.Bool,
        TensorElementType.UInt8 => Datatype.UInt8,
        TensorElementType.UInt16 => Datatype.UInt16,
        TensorElementType.UInt32 => Datatype.UInt32,
        TensorElementType.UInt64 => Datatype.UInt64,
        TensorElementType.Int8 => Datatype.Int8,
        TensorElementType.Int16 => Datatype.Int16,
        TensorElementType.Int32 => Datatype.Int32,
        TensorElementType.Int64 => Datatype.Int64,
        TensorElementType.Float16 => Datatype.FP16,
        TensorElementType.Float => Datatype.FP32,
        TensorElementType.Double => Datatype.FP64,
        TensorElementType.String => Datatype.Bytes,
        TensorElementType.BFloat16 => Datatype.BF16,
        _ => Datatype.None,
    };

    public static TensorElementType ToElementType(Datatype datatype) => datatype switch
    {
        Datatype.Bool => TensorElementType.Bool,
        Datatype.UInt8 => TensorElementType.UInt8,
        Datatype.UInt16 => TensorElementType.UInt16,
        Datatype.UInt32 => TensorElementType.UInt32,
        Datatype.UInt64 => TensorElementType.UInt64,
        Datatype.Int8 => TensorElementType.Int8,
        Datatype.Int16 => TensorElementType.Int16,
        Datatype.Int32 => TensorElementType.Int32,
        Datatype.Int64 => TensorElementType.Int64,
        Datatype.FP16 => TensorElementType.Float16,
        Datatype.FP32 => TensorElementType.Float,
        Datatype.FP64 => TensorElementType.Double,
        Datatype.Bytes => TensorElementType.String,
        Datatype.BF16 => TensorElementType.BFloat16,
        _ => throw new ArgumentOutOfRangeException(nameof(datatype), datatype, "not a tensor datatype"),
    };
}
