using System.Buffers;
using System.Text;
using System.Text.Json;
using Appliance.Host.Rest.V2;
using Contracts.Inference;
using Google.Protobuf;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class ProtoJsonTests
{
    [Fact]
    public void Numbers_that_JSON_has_no_literal_for_are_strings()
    {
        var control = new ModelMetrics.Types.MetricControl
        {
            HistogramOptions = new ModelMetrics.Types.MetricControl.Types.HistogramOptions { Buckets = { 0.1, double.NaN, double.PositiveInfinity, double.NegativeInfinity } },
        };

        Assert.Equal("""{"histogram_options":{"buckets":[0.1,"NaN","Infinity","-Infinity"]}}""", Write(control));
    }

    [Fact]
    public void Bytes_are_base64_and_integers_of_every_width_are_numbers()
    {
        Assert.Equal(
            """{"name":"r","raw_handle":"AQID","device_id":-9223372036854775808,"byte_size":18446744073709551615}""",
            Write(new CudaSharedMemoryRegisterRequest { Name = "r", RawHandle = ByteString.CopyFrom(1, 2, 3), DeviceId = long.MinValue, ByteSize = ulong.MaxValue }));
        Assert.Equal("""{"fp32_contents":[0.5]}""", Write(new InferTensorContents { Fp32Contents = { 0.5f } }).Replace("\"bool_contents\":[],", "")
            .Replace("\"int_contents\":[],", "").Replace("\"int64_contents\":[],", "").Replace("\"uint_contents\":[],", "")
            .Replace("\"uint64_contents\":[],", "").Replace(",\"fp64_contents\":[],\"bytes_contents\":[]", ""));
    }

    [Fact]
    public void An_enum_value_without_a_name_is_its_number() =>
        Assert.Contains("\"kind\":\"99\"", Write(new ModelInstanceGroup { Kind = (ModelInstanceGroup.Types.Kind)99 }));

    private static string Write(IMessage message)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        ProtoJson.Write(json, message);
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
