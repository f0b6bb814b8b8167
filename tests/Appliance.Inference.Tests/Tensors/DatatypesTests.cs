using System.Text;
using Appliance.Inference.Tensors;
using Contracts.Inference;

namespace Appliance.Inference.Tests.Tensors;

public sealed class DatatypesTests
{
    [Theory]
    [InlineData(Datatype.Bool, "BOOL", 1, DataType.TypeBool)]
    [InlineData(Datatype.UInt8, "UINT8", 1, DataType.TypeUint8)]
    [InlineData(Datatype.UInt16, "UINT16", 2, DataType.TypeUint16)]
    [InlineData(Datatype.UInt32, "UINT32", 4, DataType.TypeUint32)]
    [InlineData(Datatype.UInt64, "UINT64", 8, DataType.TypeUint64)]
    [InlineData(Datatype.Int8, "INT8", 1, DataType.TypeInt8)]
    [InlineData(Datatype.Int16, "INT16", 2, DataType.TypeInt16)]
    [InlineData(Datatype.Int32, "INT32", 4, DataType.TypeInt32)]
    [InlineData(Datatype.Int64, "INT64", 8, DataType.TypeInt64)]
    [InlineData(Datatype.FP16, "FP16", 2, DataType.TypeFp16)]
    [InlineData(Datatype.FP32, "FP32", 4, DataType.TypeFp32)]
    [InlineData(Datatype.FP64, "FP64", 8, DataType.TypeFp64)]
    [InlineData(Datatype.Bytes, "BYTES", 0, DataType.TypeString)]
    [InlineData(Datatype.BF16, "BF16", 2, DataType.TypeBf16)]
    public void A_datatype_has_the_protocols_name_and_size_and_its_twin_in_the_configuration(Datatype datatype, string name, int size, DataType config)
    {
        Assert.Equal(name, datatype.Name());
        Assert.Equal(name, Encoding.ASCII.GetString(datatype.Utf8Name()));
        Assert.Equal(size, datatype.Size());
        Assert.True(Datatypes.TryParse(name, out var parsed));
        Assert.Equal(datatype, parsed);
        Assert.True(Datatypes.TryParse(Encoding.ASCII.GetBytes(name), out parsed));
        Assert.Equal(datatype, parsed);
        Assert.Equal(config, datatype.ToConfig());
        Assert.Equal(datatype, Datatypes.FromConfig(config));
    }

    [Theory]
    [InlineData("")]
    [InlineData("fp32")]
    [InlineData("FP8")]
    [InlineData("FP32 ")]
    [InlineData("TYPE_FP32")]
    [InlineData("STRING")]
    public void Any_other_word_is_no_datatype(string name)
    {
        Assert.False(Datatypes.TryParse(name, out var datatype));
        Assert.Equal(Datatype.None, datatype);
        Assert.False(Datatypes.TryParse(Encoding.ASCII.GetBytes(name), out datatype));
        Assert.Equal(Datatype.None, datatype);
    }

    [Fact]
    public void The_protocol_has_fourteen_types() =>
        Assert.Equal("BF16, BOOL, BYTES, FP16, FP32, FP64, INT16, INT32, INT64, INT8, UINT16, UINT32, UINT64, UINT8", Datatypes.AllNames);

    [Fact]
    public void Both_sides_leave_none_out() => Assert.Equal((DataType.TypeInvalid, Datatype.None), (Datatype.None.ToConfig(), Datatypes.FromConfig(DataType.TypeInvalid)));
}
