using Appliance.Host.Grpc.Feast;
using Contracts.Feast;
using FeatureModel.Values;
using Google.Protobuf;

namespace Appliance.Host.Tests.Features;

public sealed class FeastValueDecoderTests
{
    public static TheoryData<string, Value> Values => new()
    {
        { "bytes", new Value { BytesVal = ByteString.CopyFrom(1, 2) } },
        { "text", new Value { StringVal = "höher" } },
        { "int32", new Value { Int32Val = -5 } },
        { "int64", new Value { Int64Val = long.MinValue } },
        { "double", new Value { DoubleVal = 0.1 } },
        { "float", new Value { FloatVal = 0.1f } },
        { "bool", new Value { BoolVal = true } },
        { "moment", new Value { UnixTimestampVal = -7 } },
        { "null", new Value { NullVal = Null.Null } },
        { "nothing", new Value() },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_single_value_is_read_as_what_it_is(string name, Value message)
    {
        Assert.True(FeastValueDecoder.TryRead(message.ToByteArray(), out var value, out var refusal), name);
        Assert.Null(refusal);
        Assert.Equal(Expected(message), value);
    }

    [Fact]
    public void Of_several_values_the_last_counts()
    {
        byte[] both = [.. new Value { Int64Val = 1 }.ToByteArray(), .. new Value { StringVal = "x" }.ToByteArray()];
        Assert.True(FeastValueDecoder.TryRead(both, out var value, out _));
        Assert.Equal(FeatureValue.Of("x"), value);
    }

    [Fact]
    public void A_last_value_that_is_null_leaves_none()
    {
        byte[] both = [.. new Value { Int64Val = 1 }.ToByteArray(), .. new Value { NullVal = Null.Null }.ToByteArray()];
        Assert.True(FeastValueDecoder.TryRead(both, out var value, out _));
        Assert.True(value.IsNull);
    }

    [Fact]
    public void Lists_maps_and_JSON_are_refused_by_name()
    {
        foreach (var message in new[] { new Value { Int64ListVal = new Int64List { Val = { 1 } } }, new Value { MapVal = new Map() }, new Value { JsonVal = "{}" } })
        {
            Assert.True(FeastValueDecoder.TryRead(message.ToByteArray(), out _, out var refusal));
            Assert.Equal("a list, map or JSON", refusal);
        }
    }

    [Fact]
    public void What_no_store_can_hold_is_refused_by_name()
    {
        Assert.True(FeastValueDecoder.TryRead([0x12, 1, 0xff], out _, out var text));
        Assert.Equal("text that is not valid UTF-8", text);
        Assert.True(FeastValueDecoder.TryRead(new Value { UnixTimestampVal = long.MaxValue }.ToByteArray(), out _, out var moment));
        Assert.Equal("a moment beyond the year 294,000", moment);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_that_is_cut_short_is_none(string name, Value message)
    {
        var bytes = message.ToByteArray();
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            Assert.False(FeastValueDecoder.TryRead(bytes.AsSpan(0, cut), out _, out _), $"{name} cut at {cut}");
        }
    }

    [Theory]
    [InlineData(new byte[] { 0x1d, 0, 0, 0, 0 })]
    [InlineData(new byte[] { 0x0a })]
    [InlineData(new byte[] { 0x00 })]
    public void Fields_of_another_wire_type_are_no_value(byte[] bytes) => Assert.False(FeastValueDecoder.TryRead(bytes, out _, out _));

    private static FeatureValue Expected(Value message) => message.ValCase switch
    {
        Value.ValOneofCase.BytesVal => FeatureValue.Of(message.BytesVal.ToByteArray()),
        Value.ValOneofCase.StringVal => FeatureValue.Of(message.StringVal),
        Value.ValOneofCase.Int32Val => FeatureValue.Of(message.Int32Val),
        Value.ValOneofCase.Int64Val => FeatureValue.Of(message.Int64Val),
        Value.ValOneofCase.DoubleVal => FeatureValue.Of(message.DoubleVal),
        Value.ValOneofCase.FloatVal => FeatureValue.Of(message.FloatVal),
        Value.ValOneofCase.BoolVal => FeatureValue.Of(message.BoolVal),
        Value.ValOneofCase.UnixTimestampVal => FeatureValue.OfTimestamp(message.UnixTimestampVal * 1_000_000),
        _ => FeatureValue.Null,
    };
}
