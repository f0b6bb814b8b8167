using System.Text.Json;
using Appliance.Inference.Repository.Manifest;
using Appliance.Inference.Tensors;
using Xunit;

namespace Appliance.Inference.Tests.Repository.Manifest;

public class TensorJsonTests
{
    private static (string? Raw, string Problem) Read(string datatype, string json)
    {
        Assert.True(Datatypes.TryParse(datatype, out var type));
        var raw = TensorJson.ToRaw(type, JsonDocument.Parse(json).RootElement, out var problem);
        return (raw is null ? null : Convert.ToHexString(raw), problem);
    }

    [Theory]
    [InlineData("BOOL", "[true, false]", "0100")]
    [InlineData("UINT8", "[0, 255]", "00FF")]
    [InlineData("INT8", "[-128, 127]", "807F")]
    [InlineData("UINT16", "[1, 65535]", "0100FFFF")]
    [InlineData("INT16", "[-32768, -1]", "0080FFFF")]
    [InlineData("UINT32", "[4294967295]", "FFFFFFFF")]
    [InlineData("INT32", "[-2, 1]", "FEFFFFFF01000000")]
    [InlineData("UINT64", "[18446744073709551615]", "FFFFFFFFFFFFFFFF")]
    [InlineData("INT64", "[-9223372036854775808]", "0000000000000080")]
    [InlineData("FP16", "[1, -2.5, \"NaN\", \"Infinity\", 65504]", "003C00C100FE007CFF7B")]
    [InlineData("BF16", "[1, -2.5, \"NaN\", \"-Infinity\", 1.00390625, 1.01171875]", "803F20C0C07F80FF803F823F")]
    [InlineData("FP32", "[1, 0.1, \"NaN\", \"-Infinity\"]", "0000803FCDCCCC3D0000C0FF000080FF")]
    [InlineData("FP64", "[1, -0.0]", "000000000000F03F0000000000000080")]
    [InlineData("BYTES", "[\"\", \"a\\u00e4\"]", "000000000300000061C3A4")]
    [InlineData("FP32", "[]", "")]
    public void Every_type_has_its_bytes(string datatype, string json, string raw) => Assert.Equal((raw, ""), Read(datatype, json));

    [Theory]
    [InlineData("BOOL", "[1]", "element 0 is '1'; it must be true or false")]
    [InlineData("UINT8", "[0, 256]", "element 1 is '256'; it must be a whole number of UINT8")]
    [InlineData("INT8", "[-129]", "element 0 is '-129'; it must be a whole number of INT8")]
    [InlineData("INT64", "[1.5]", "element 0 is '1.5'; it must be a whole number of INT64")]
    [InlineData("INT32", "[\"1\"]", "element 0 is '\"1\"'; it must be a whole number of INT32")]
    [InlineData("FP16", "[65520]", "element 0 is '65520'; it must be a number of FP16, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("FP32", "[1e39]", "element 0 is '1e39'; it must be a number of FP32, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("FP64", "[\"inf\"]", "element 0 is '\"inf\"'; it must be a number of FP64, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("FP64", "[null]", "element 0 is 'null'; it must be a number of FP64, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("BYTES", "[\"\\ud800\"]", "element 0 is '\"\\ud800\"'; it must be a string")]
    [InlineData("BYTES", "[1]", "element 0 is '1'; it must be a string")]
    [InlineData("FP32", "[[1]]", "element 0 is '[1]'; it must be a number of FP32, or 'NaN', 'Infinity' or '-Infinity'")]
    [InlineData("FP32", "1", "the data must be a flat array")]
    public void What_is_not_of_the_type_is_refused(string datatype, string json, string problem) =>
        Assert.Equal((null, problem), Read(datatype, json));
}
