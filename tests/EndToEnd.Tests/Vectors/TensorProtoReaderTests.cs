using Contracts.Onnx;
using EndToEnd.Tests.Wire;
using Google.Protobuf;
using DataType = Contracts.Onnx.TensorProto.Types.DataType;

namespace EndToEnd.Tests.Vectors;

public sealed class TensorProtoReaderTests
{
    private static readonly long[] Pair = [2];

    [Fact]
    public void Raw_bytes_are_taken_as_they_are()
    {
        var read = Read(new TensorProto { DataType = (int)DataType.Float16, Dims = { 2 }, RawData = ByteString.CopyFrom(1, 2, 3, 4), Name = "other" });
        Assert.Equal("x", read.Name);
        Assert.Equal("FP16", read.Datatype);
        Assert.Equal(Pair, read.Shape);
        Assert.Equal([1, 2, 3, 4], read.Raw);
    }

    [Fact]
    public void Every_number_field_becomes_little_endian_bytes()
    {
        Assert.Equal([1.5f, -2f], Read(new TensorProto { DataType = (int)DataType.Float, Dims = { 2 }, FloatData = { 1.5f, -2f } }).As<float>());
        Assert.Equal([1.5, -2], Read(new TensorProto { DataType = (int)DataType.Double, Dims = { 2 }, DoubleData = { 1.5, -2 } }).As<double>());
        Assert.Equal([1L, -2], Read(new TensorProto { DataType = (int)DataType.Int64, Dims = { 2 }, Int64Data = { 1, -2 } }).As<long>());
        Assert.Equal([1UL, ulong.MaxValue], Read(new TensorProto { DataType = (int)DataType.Uint64, Dims = { 2 }, Uint64Data = { 1, ulong.MaxValue } }).As<ulong>());
        Assert.Equal([1U, uint.MaxValue], Read(new TensorProto { DataType = (int)DataType.Uint32, Dims = { 2 }, Uint64Data = { 1, uint.MaxValue } }).As<uint>());
        Assert.Equal([1, -2], Read(new TensorProto { DataType = (int)DataType.Int32, Dims = { 2 }, Int32Data = { 1, -2 } }).As<int>());
    }

    [Fact]
    public void Narrow_types_are_read_from_the_32_bit_field()
    {
        Assert.Equal([1, -2], Read(new TensorProto { DataType = (int)DataType.Int16, Dims = { 2 }, Int32Data = { 1, -2 } }).As<short>());
        Assert.Equal([1, 65535], Read(new TensorProto { DataType = (int)DataType.Uint16, Dims = { 2 }, Int32Data = { 1, 65535 } }).As<ushort>());
        Assert.Equal([1, -2], Read(new TensorProto { DataType = (int)DataType.Int8, Dims = { 2 }, Int32Data = { 1, -2 } }).As<sbyte>());
        Assert.Equal([1, 255], Read(new TensorProto { DataType = (int)DataType.Uint8, Dims = { 2 }, Int32Data = { 1, 255 } }).As<byte>());
        Assert.Equal([1, 0], Read(new TensorProto { DataType = (int)DataType.Bool, Dims = { 2 }, Int32Data = { 1, 0 } }).Raw);
        Assert.Equal([(Half)1.5], Read(new TensorProto { DataType = (int)DataType.Float16, Dims = { 1 }, Int32Data = { BitConverter.HalfToInt16Bits((Half)1.5) } }).As<Half>());
        Assert.Equal([0x80, 0x3F], Read(new TensorProto { DataType = (int)DataType.Bfloat16, Dims = { 1 }, Int32Data = { 0x3F80 } }).Raw);
    }

    [Fact]
    public void Strings_get_their_lengths()
    {
        var read = Read(new TensorProto { DataType = (int)DataType.String, Dims = { 2 }, StringData = { ByteString.CopyFromUtf8("ab"), ByteString.Empty } });
        Assert.Equal([2, 0, 0, 0, (byte)'a', (byte)'b', 0, 0, 0, 0], read.Raw);
    }

    [Fact]
    public void A_tensor_without_dimensions_holds_one_element() =>
        Assert.Equal([7L], Read(new TensorProto { DataType = (int)DataType.Int64, Int64Data = { 7 } }).As<long>());

    [Fact]
    public void A_tensor_with_a_zero_dimension_holds_none() =>
        Assert.Empty(Read(new TensorProto { DataType = (int)DataType.Int64, Dims = { 3, 0 } }).Raw);

    [Fact]
    public void Types_outside_the_protocol_are_refused() =>
        Assert.Throws<InvalidDataException>(() => Read(new TensorProto { DataType = (int)DataType.Complex64, Dims = { 1 }, FloatData = { 1, 2 } }));

    [Fact]
    public void A_count_that_differs_from_the_shape_is_refused() =>
        Assert.Throws<InvalidDataException>(() => Read(new TensorProto { DataType = (int)DataType.Float, Dims = { 3 }, FloatData = { 1, 2 } }));

    private static TensorValue Read(TensorProto tensor) => TensorProtoReader.Read("x", tensor.ToByteArray());
}
