using System.Buffers;
using System.Text;
using System.Text.Json;
using Appliance.Features.Reading;
using Appliance.Host.Rest.Features;
using FeatureModel.Values;

namespace Appliance.Host.Tests.Features;

public sealed class FeatureValueWriterTests
{
    [Fact]
    public void What_JSON_has_no_word_for_is_null()
    {
        Assert.Equal("null", Ours(FeatureValue.Of(double.NaN)));
        Assert.Equal("null", Ours(FeatureValue.Of(float.PositiveInfinity)));
        Assert.Equal("[null,1]", Ours(FeatureValue.OfList(FeatureDataType.FloatList, new[] { float.NaN, 1 })));
        Assert.Equal("[null,1]", Ours(FeatureValue.OfList(FeatureDataType.DoubleList, new[] { double.NegativeInfinity, 1 })));
        Assert.Equal("null", Feasts(FeatureValue.Of(float.NaN)));
        Assert.Equal("[null,1]", Feasts(FeatureValue.OfList(FeatureDataType.FloatList, new[] { float.NaN, 1 })));
        Assert.Equal("null", Feasts(FeatureValue.Null));
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(1_500_000, "1970-01-01T00:00:01.500Z")]
    [InlineData(1, "1970-01-01T00:00:00.000001Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999Z")]
    [InlineData(-1_000_000, "1969-12-31T23:59:59Z")]
    public void Feasts_timestamps_are_as_the_generated_message_writes_them(long micros, string expected)
    {
        Assert.Equal($"\"{expected}\"", Written(json => FeastValueWriter.WriteTimestamp(json, micros)));
        var message = Google.Protobuf.WellKnownTypes.Timestamp.FromDateTimeOffset(DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond));
        Assert.Equal($"\"{expected}\"", Google.Protobuf.JsonFormatter.Default.Format(message));
    }

    private static string Ours(FeatureValue value) => Written(json => FeatureValueWriter.Write(json, value));

    private static string Feasts(FeatureValue value) => Written(json => FeastValueWriter.Write(json, value));

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
