using Contracts.Inference;
using Google.Protobuf;

namespace EndToEnd.Tests.Wire;

/// <summary>A tensor in the protocol's typed form, InferTensorContents.</summary>
internal static class TypedForm
{
    /// <summary>Whether the protocol has a typed form for the datatype at all.</summary>
    public static bool Exists(string datatype) => datatype is not ("FP16" or "BF16");

    public static InferTensorContents Of(TensorValue tensor)
    {
        var contents = new InferTensorContents();
        switch (tensor.Datatype)
        {
            case "BOOL": contents.BoolContents.Add(tensor.Raw.Select(b => b != 0)); break;
            case "INT8": contents.IntContents.Add(tensor.As<sbyte>().Select(v => (int)v)); break;
            case "INT16": contents.IntContents.Add(tensor.As<short>().Select(v => (int)v)); break;
            case "INT32": contents.IntContents.Add(tensor.As<int>()); break;
            case "INT64": contents.Int64Contents.Add(tensor.As<long>()); break;
            case "UINT8": contents.UintContents.Add(tensor.Raw.Select(v => (uint)v)); break;
            case "UINT16": contents.UintContents.Add(tensor.As<ushort>().Select(v => (uint)v)); break;
            case "UINT32": contents.UintContents.Add(tensor.As<uint>()); break;
            case "UINT64": contents.Uint64Contents.Add(tensor.As<ulong>()); break;
            case "FP32": contents.Fp32Contents.Add(tensor.As<float>()); break;
            case "FP64": contents.Fp64Contents.Add(tensor.As<double>()); break;
            case "BYTES": contents.BytesContents.Add(tensor.Strings().Select(s => ByteString.CopyFrom(s))); break;
            default: throw new ArgumentOutOfRangeException(nameof(tensor), tensor.Datatype, "has no typed form");
        }
        return contents;
    }
}
