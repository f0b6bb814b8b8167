using System.Text.Json;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace FeatureModel.Tests.Definitions;

public sealed class DefaultValueTests
{
    [Theory]
    [InlineData("int32", "-2147483648")]
    [InlineData("int64", "9223372036854775807")]
    [InlineData("double", "1e308")]
    [InlineData("double", "1")]
    [InlineData("float", "1.5")]
    [InlineData("bool", "true")]
    [InlineData("string", "\"\"")]
    [InlineData("bytes", "\"AQI=\"")]
    [InlineData("json", "{}")]
    [InlineData("json", "[1]")]
    [InlineData("timestamp", "\"2025-01-31T08:00:00Z\"")]
    [InlineData("timestamp", "\"2025-01-31T08:00:00.123456+05:30\"")]
    [InlineData("list<int32>", "[]")]
    [InlineData("list<string>", "[\"a\",\"b\"]")]
    [InlineData("list<float>", "[1,2.5]")]
    [InlineData("list<bytes>", "[\"AQI=\"]")]
    [InlineData("list<timestamp>", "[\"2025-01-31T08:00:00Z\"]")]
    [InlineData("list<bool>", "[true,false]")]
    public void A_fitting_value_is_taken(string type, string json)
    {
        Assert.True(TryRead(type, json, out var value, out _));
        Assert.Equal(type, value.Type.Name());
    }

    [Theory]
    [InlineData("int32", "2147483648", "it must be a whole number of 32 bits")]
    [InlineData("int64", "1.0", "it must be a whole number of 64 bits")]
    [InlineData("int64", "\"1\"", "it must be a whole number of 64 bits")]
    [InlineData("double", "1e999", "it must be a finite number")]
    [InlineData("float", "1e39", "it must be a finite number within a float's range")]
    [InlineData("bool", "1", "it must be true or false")]
    [InlineData("string", "1", "it must be a string")]
    [InlineData("bytes", "\"?\"", "it must be a string in Base64")]
    [InlineData("json", "1", "it must be an object or an array")]
    [InlineData("timestamp", "\"2025-01-31T08:00:00\"", "it must be a moment with its offset, such as '2025-01-31T08:00:00Z'")]
    [InlineData("timestamp", "\"2025-13-31T08:00:00Z\"", "it must be a moment with its offset, such as '2025-01-31T08:00:00Z'")]
    [InlineData("timestamp", "1738310400", "it must be a moment with its offset, such as '2025-01-31T08:00:00Z'")]
    [InlineData("list<int64>", "1", "it must be an array, each element of which is a whole number of 64 bits")]
    [InlineData("list<int64>", "[1,null]", "it must be an array, each element of which is a whole number of 64 bits")]
    public void A_value_that_does_not_fit_is_refused(string type, string json, string rule)
    {
        Assert.False(TryRead(type, json, out _, out var broken));
        Assert.Equal(rule, broken);
    }

    [Fact]
    public void Values_keep_what_was_written()
    {
        Assert.True(TryRead("timestamp", "\"1970-01-01T01:00:00.000001+01:00\"", out var moment, out _));
        Assert.Equal(FeatureValue.OfTimestamp(1), moment);
        Assert.True(TryRead("list<float>", "[1,2.5]", out var list, out _));
        Assert.Equal(FeatureValue.OfList(FeatureDataType.FloatList, new[] { 1f, 2.5f }), list);
    }

    [Fact]
    public void A_feature_without_a_default_has_null() => Assert.True(DefaultValue.Of(new() { Type = "int64" }).IsNull);

    private static bool TryRead(string type, string json, out FeatureValue value, out string rule)
    {
        Assert.True(FeatureDataTypes.TryParse(type, out var parsed));
        using var document = JsonDocument.Parse(json);
        return DefaultValue.TryRead(parsed, document.RootElement, out value, out rule);
    }
}
