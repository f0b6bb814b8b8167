using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Host.Rest.V2;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class TensorDataWriterTests
{
    public static TheoryData<ScriptedTensor, string> Tensors => new()
    {
        { ScriptedTensor.Of("x", Datatype.Bool, [2], (byte)1, (byte)0), "[true,false]" },
        { ScriptedTensor.Of("x", Datatype.UInt8, [2], (byte)0, (byte)255), "[0,255]" },
        { ScriptedTensor.Of("x", Datatype.UInt16, [1], (ushort)65535), "[65535]" },
        { ScriptedTensor.Of("x", Datatype.UInt32, [1], uint.MaxValue), "[4294967295]" },
        { ScriptedTensor.Of("x", Datatype.UInt64, [2], 9007199254740993ul, ulong.MaxValue), "[9007199254740993,18446744073709551615]" },
        { ScriptedTensor.Of("x", Datatype.Int8, [1], sbyte.MinValue), "[-128]" },
        { ScriptedTensor.Of("x", Datatype.Int16, [1], short.MinValue), "[-32768]" },
        { ScriptedTensor.Of("x", Datatype.Int32, [1], int.MinValue), "[-2147483648]" },
        { ScriptedTensor.Of("x", Datatype.Int64, [2], long.MinValue, 9007199254740993L), "[-9223372036854775808,9007199254740993]" },
        { ScriptedTensor.Of("x", Datatype.FP32, [3], 0.1f, 16777216f, 6.8f), "[0.1,16777216,6.8]" },
        { ScriptedTensor.Of("x", Datatype.FP64, [2], 0.1, 1.0 / 3), "[0.1,0.3333333333333333]" },
        { ScriptedTensor.Of("x", Datatype.FP16, [2], (Half)0.1f, (Half)(-1.5f)), "[0.1,-1.5]" },
        { ScriptedTensor.Of("x", Datatype.BF16, [2], (ushort)0x3F80, (ushort)0xC000), "[1,-2]" },
        { ScriptedTensor.Of("x", Datatype.FP32, [3], float.NaN, float.PositiveInfinity, float.NegativeInfinity), """["NaN","Infinity","-Infinity"]""" },
        { ScriptedTensor.Of("x", Datatype.FP64, [1], double.NaN), """["NaN"]""" },
        { ScriptedTensor.Of("x", Datatype.FP16, [2], Half.NaN, Half.NegativeInfinity), """["NaN","-Infinity"]""" },
        { ScriptedTensor.Of("x", Datatype.BF16, [1], (ushort)0x7F80), """["Infinity"]""" },
        { ScriptedTensor.OfStrings("x", [3], "", "春", "a\"b\n"), """["","春","a\"b\n"]""" },
        { ScriptedTensor.OfStrings("x", [0]), "[]" },
    };

    [Theory]
    [MemberData(nameof(Tensors), DisableDiscoveryEnumeration = true)]
    public void Every_datatype_is_written_as_the_shortest_JSON_that_reads_back(ScriptedTensor tensor, string expected) =>
        Assert.Equal(expected, Write(tensor.Datatype, tensor.Bytes, out _));

    [Fact]
    public void Every_half_reads_back_as_itself_and_is_valid_JSON()
    {
        var all = Enumerable.Range(0, 65536).Select(b => BitConverter.UInt16BitsToHalf((ushort)b)).Where(Half.IsFinite).ToArray();

        var json = JsonDocument.Parse(Write(Datatype.FP16, ScriptedTensor.Of("x", Datatype.FP16, [all.Length], all).Bytes, out _)!).RootElement;

        Assert.Equal(all, json.EnumerateArray().Select(e => Half.Parse(e.GetRawText(), System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void A_string_that_is_not_UTF8_is_refused_by_its_index()
    {
        byte[] raw = [1, 0, 0, 0, (byte)'a', 2, 0, 0, 0, 0xC3, 0x28];

        Assert.Null(Write(Datatype.Bytes, raw, out var element));
        Assert.Equal(1, element);
    }

    private static string? Write(Datatype datatype, byte[] raw, out int element)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var written = TensorDataWriter.TryWrite(json, datatype, raw, out element);
        if (!written) return null;
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
