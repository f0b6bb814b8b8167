using System.Text.Json;

namespace TestKit.Tests;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"integer"}""", "1", true)]
    [InlineData("""{"type":"integer"}""", "1.5", false)]
    [InlineData("""{"type":["number","null"]}""", "null", true)]
    [InlineData("""{"type":["number","null"]}""", "\"a\"", false)]
    [InlineData("""{"enum":["a","b"]}""", "\"b\"", true)]
    [InlineData("""{"enum":["a","b"]}""", "\"c\"", false)]
    [InlineData("""{"const":200}""", "200", true)]
    [InlineData("""{"const":200}""", "404", false)]
    [InlineData("""{"minimum":-1,"maximum":3}""", "-1", true)]
    [InlineData("""{"minimum":-1,"maximum":3}""", "-2", false)]
    [InlineData("""{"minimum":-1,"maximum":3}""", "4", false)]
    [InlineData("""{"title":"t","x-examples":{"a":1},"type":"string"}""", "1", false)]
    [InlineData("""{"title":"t","x-examples":{"a":1},"type":"string"}""", "\"1\"", true)]
    [InlineData("""{"minLength":1}""", "\"\"", false)]
    [InlineData("""{"pattern":"^TYPE_"}""", "\"TYPE_FP32\"", true)]
    [InlineData("""{"pattern":"^TYPE_"}""", "\"FP32\"", false)]
    [InlineData("""{"required":["a"]}""", """{"a":1}""", true)]
    [InlineData("""{"required":["a"]}""", """{"b":1}""", false)]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":1}""", false)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a":1}""", true)]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"b":1}""", false)]
    [InlineData("""{"additionalProperties":{"type":"string"}}""", """{"b":1}""", false)]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2,\"3\"]", false)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "1.5", true)]
    [InlineData("""{"oneOf":[{"type":"integer"},{"type":"number"}]}""", "1", false)]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"number"}]}""", "1", true)]
    [InlineData("""{"anyOf":[{"type":"integer"},{"type":"number"}]}""", "true", false)]
    public void A_keyword_passes_what_it_allows_and_nothing_else(string schema, string value, bool passes)
    {
        var rule = JsonDocument.Parse(schema).RootElement;

        var errors = new JsonSchema(rule).Validate(rule, JsonDocument.Parse(value).RootElement);

        Assert.Equal(passes, errors.Count == 0);
    }

    [Fact]
    public void A_reference_is_followed_and_the_error_names_the_path()
    {
        var document = JsonDocument.Parse("""
            {"defs":{"Tree":{"type":"array","items":{"anyOf":[{"type":"integer"},{"$ref":"#/defs/Tree"}]}}},
             "root":{"properties":{"data":{"$ref":"#/defs/Tree"}}}}
            """).RootElement;
        var schema = new JsonSchema(document);

        Assert.Empty(schema.Validate(document.GetProperty("root"), JsonDocument.Parse("""{"data":[1,[2,[3]]]}""").RootElement));
        var error = Assert.Single(schema.Validate(document.GetProperty("root"), JsonDocument.Parse("""{"data":[1,["x"]]}""").RootElement));
        Assert.StartsWith("$.data[1]", error);
    }

    [Fact]
    public void A_keyword_that_is_not_known_is_an_error_of_the_schema()
    {
        var rule = JsonDocument.Parse("""{"dependentRequired":{}}""").RootElement;

        Assert.Throws<InvalidOperationException>(() => new JsonSchema(rule).Validate(rule, rule));
    }
}
