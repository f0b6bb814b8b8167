using System.Runtime.InteropServices;
using Contracts.Onnx;
using EndToEnd.Tests.Wire;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Vectors;

/// <summary>Reads a serialized ONNX TensorProto, as the .pb files of the backend test data hold them, into the protocol's raw form.</summary>
internal static class TensorProtoReader
{
    /// <param name="name">The graph's name for the tensor: files do not always repeat it.</param>
    /// <exception cref="InvalidDataException">The tensor is of a type that the protocol does not carry, or does not hold what its shape says.</exception>
    public static TensorValue Read(string name, byte[] file)
    {
        var tensor = TensorProto.Parser.ParseFrom(file);
        var type = (DataType)tensor.DataType;
        if (!TensorElements.Datatypes.TryGetValue(type, out var datatype)) throw new InvalidDataException($"tensor '{name}' is {type}, which the protocol does not carry");
        long[] shape = [.. tensor.Dims];
        var value = type == DataType.String
            ? TensorValue.OfStrings(name, shape, tensor.StringData.Select(s => s.ToByteArray()))
            : new TensorValue(name, datatype, shape, tensor.RawData.IsEmpty ? FromFields(tensor, type) : tensor.RawData.ToByteArray());
        var held = type == DataType.String ? tensor.StringData.Count : value.Raw.Length / TensorElements.Size(datatype);
        return held == value.Elements ? value : throw new InvalidDataException($"tensor '{name}' holds {held} elements, its shape says {value.Elements}");
    }

    // Types without a field of their own ride in int32_data or uint64_data; 16-bit floats as their bits.
    private static byte[] FromFields(TensorProto tensor, DataType type) => type switch
    {
        DataType.Float => Bytes(tensor.FloatData.ToArray()),
        DataType.Double => Bytes(tensor.DoubleData.ToArray()),
        DataType.Int64 => Bytes(tensor.Int64Data.ToArray()),
        DataType.Uint64 => Bytes(tensor.Uint64Data.ToArray()),
        DataType.Uint32 => Bytes(tensor.Uint64Data.Select(v => (uint)v).ToArray()),
        DataType.Int32 => Bytes(tensor.Int32Data.ToArray()),
        DataType.Int16 or DataType.Uint16 or DataType.Float16 or DataType.Bfloat16 => Bytes(tensor.Int32Data.Select(v => (ushort)v).ToArray()),
        _ => [.. tensor.Int32Data.Select(v => (byte)v)],
    };

    private static byte[] Bytes<T>(T[] values) where T : unmanaged => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
}
