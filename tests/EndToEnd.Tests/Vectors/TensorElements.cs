using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Vectors;

/// <summary>ONNX's element types against the protocol's datatypes.</summary>
internal static class TensorElements
{
    /// <summary>The 14 types that the protocol carries, by ONNX's name for each.</summary>
    public static IReadOnlyDictionary<DataType, string> Datatypes { get; } = new Dictionary<DataType, string>
    {
        [DataType.Bool] = "BOOL",
        [DataType.Uint8] = "UINT8",
        [DataType.Uint16] = "UINT16",
        [DataType.Uint32] = "UINT32",
        [DataType.Uint64] = "UINT64",
        [DataType.Int8] = "INT8",
        [DataType.Int16] = "INT16",
        [DataType.Int32] = "INT32",
        [DataType.Int64] = "INT64",
        [DataType.Float16] = "FP16",
        [DataType.Float] = "FP32",
        [DataType.Double] = "FP64",
        [DataType.String] = "BYTES",
        [DataType.Bfloat16] = "BF16",
    };

    /// <summary>Bytes an element of a protocol datatype; 0 for BYTES.</summary>
    public static int Size(string datatype) => datatype switch
    {
        "BOOL" or "UINT8" or "INT8" => 1,
        "UINT16" or "INT16" or "FP16" or "BF16" => 2,
        "UINT32" or "INT32" or "FP32" => 4,
        "UINT64" or "INT64" or "FP64" => 8,
        _ => 0,
    };
}
