using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Appliance.Host.Cli.Files;
using FeatureModel.Values;

namespace Appliance.Host.Tests.Cli.Files;

public sealed class CellWriterTests
{
    [Theory]
    [InlineData("int32", "-7", "-7")]
    [InlineData("int64", "9223372036854775807", "9223372036854775807")]
    [InlineData("double", "12.50", "12.5")]
    [InlineData("double", "1e3", "1000")]
    [InlineData("float", "0.1", "0.1")]
    [InlineData("bool", "True", "true")]
    [InlineData("string", "a \"b\" é", "\"a \\\"b\\\" é\"")]
    [InlineData("string", "", "\"\"")]
    [InlineData("timestamp", "2025-01-31 08:00:00", "\"2025-01-31T08:00:00Z\"")]
    [InlineData("timestamp", "1738310400", "\"2025-01-31T08:00:00Z\"")]
    [InlineData("bytes", "AQI=", "\"AQI=\"")]
    [InlineData("list<double>", "[1, 2.5]", "[1, 2.5]")]
    [InlineData("list<timestamp>", "[\"2025-01-31\", 1738310400]", "[\"2025-01-31T00:00:00Z\",\"2025-01-31T08:00:00Z\"]")]
    [InlineData("json", "{\"a\":[1]}", "{\"a\":[1]}")]
    [InlineData("json", "7", "7")]
    [InlineData("double", "NaN", "null")]
    [InlineData("float", "nan", "null")]
    [InlineData("int64", "NaN", "null")]
    [InlineData("int32", "NaN", "null")]
    [InlineData("string", "NaN", "\"NaN\"")]
    public void A_cell_becomes_the_value_of_its_type(string type, string cell, string json) => Assert.Equal((json, null), Write(cell, type));

    [Theory]
    [InlineData("int32", "2147483648", "it must be int32")]
    [InlineData("int64", "1.0", "it must be int64")]
    [InlineData("int64", " 1", "it must be int64")]
    [InlineData("int64", "", "it must be int64")]
    [InlineData("double", "Infinity", "it must be double, a finite number")]
    [InlineData("bool", "NaN", "it must be true or false")]
    [InlineData("double", "1,5", "it must be double, a finite number")]
    [InlineData("float", "1e39", "it must be float, a finite number")]
    [InlineData("bool", "1", "it must be true or false")]
    [InlineData("bytes", "?", "it must be bytes, text in base64")]
    [InlineData("string", "a\uFFFD", "it must be UTF-8; it holds the character U+FFFD, which stands for bytes that are not")]
    [InlineData("list<int64>", "[1,\"x\"]", "it must be JSON of the type list<int64>")]
    [InlineData("list<int64>", "[1] 2", "it must be JSON of the type list<int64>: ")]
    [InlineData("json", "seven", "it must be JSON of the type json")]
    [InlineData("json", "\"seven\"", "it must be JSON of the type json")]
    public void A_cell_of_another_type_is_refused_with_the_rule(string type, string cell, string rule) => Assert.StartsWith(rule, Write(cell, type).Rule);

    [Theory]
    [InlineData("[1,2.5]", null)]
    [InlineData("[1]", "it must have 2 elements, the feature's dimension; it has 1")]
    [InlineData("null", null)]
    public void A_list_has_as_many_elements_as_the_feature_has_dimensions(string cell, string? rule) => Assert.Equal(rule, Write(cell, "list<float>", dimension: 2).Rule);

    private static (string Json, string? Rule) Write(string cell, string type, int dimension = 0)
    {
        Assert.True(FeatureDataTypes.TryParse(type, out var parsed));
        var bytes = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var rule = CellWriter.Write(json, cell, parsed, dimension);
        json.Flush();
        return (Encoding.UTF8.GetString(bytes.WrittenSpan), rule);
    }
}
