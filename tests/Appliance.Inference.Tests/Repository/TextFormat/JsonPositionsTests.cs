using System.Text;
using Appliance.Inference.Repository.TextFormat;
using Contracts.Inference;
using Xunit;

namespace Appliance.Inference.Tests.Repository.TextFormat;

public class JsonPositionsTests
{
    private static FieldPositions Read(string json) => JsonPositions.Read(Encoding.UTF8.GetBytes(json), ModelConfig.Descriptor);

    [Fact]
    public void Fields_are_found_by_their_text_format_names()
    {
        var positions = Read("""
            {
              "maxBatchSize": 4, "default_model_filename": null,
              "input": [ { "dataType": "TYPE_FP32",
                           "dims": ["1", 2] } ],
              "parameters": { "a.b": { "string_value": "x" } },
              "dynamicBatching": {
                "priorityQueuePolicy": { "7": { "maxQueueSize": 1 } } }
            }
            """);
        Assert.True(positions.TryFind("max_batch_size", out var position));
        Assert.Equal(new FieldPosition(2, 3), position);
        Assert.False(positions.Contains("default_model_filename"));
        Assert.Equal(4, positions.Nearest("input[0].dims[1]")?.Line);
        Assert.Equal(3, positions.Nearest("input[0].data_type")?.Line);
        Assert.Equal(new FieldPosition(5, 28), positions.Nearest("parameters[\"a.b\"].string_value"));
        Assert.Equal(7, positions.Nearest("dynamic_batching.priority_queue_policy[7].max_queue_size")?.Line);
    }

    [Theory]
    [InlineData("{ \"nam\": 1 }", 1, 3, "nam", "ModelConfig has no field of this name")]
    [InlineData("{\n \"optimization\": { \"Graph\": {} } }", 2, 20, "optimization.Graph", "ModelOptimizationPolicy has no field of this name")]
    [InlineData("{ \"max_batch_size\": 1, \"maxBatchSize\": 2 }", 1, 24, "max_batch_size", "the field is given twice")]
    [InlineData("{ \"metric_tags\": { \"a\": \"\", \"a\": \"\" } }", 1, 29, "metric_tags[\"a\"]", "the field is given twice")]
    [InlineData("{ \"max_batch_size\": \"four\" }", 1, 21, "max_batch_size", "'four' stands where a whole number from -2147483648 to 2147483647 is expected")]
    [InlineData("{ \"maxBatchSize\": 2147483648 }", 1, 19, "max_batch_size", "2147483648 stands where a whole number from -2147483648 to 2147483647 is expected")]
    [InlineData("{ \"max_batch_size\": 1.5 }", 1, 21, "max_batch_size", "1.5 stands where a whole number from -2147483648 to 2147483647 is expected")]
    [InlineData("{ \"name\": 7 }", 1, 11, "name", "7 stands where a string is expected")]
    [InlineData("{ \"input\": {} }", 1, 12, "input", "an object stands where a list is expected")]
    [InlineData("{ \"input\": [ 7 ] }", 1, 14, "input[0]", "7 stands where an object is expected")]
    [InlineData("{ \"input\": [ null ] }", 1, 14, "input[0]", "null stands where an object is expected")]
    [InlineData("{ \"input\": [ {\n \"dims\": [ 1, true ] } ] }", 2, 15, "input[0].dims[1]", "true stands where a whole number from -9223372036854775808 to 9223372036854775807 is expected")]
    [InlineData("{ \"parameters\": [] }", 1, 17, "parameters", "a list stands where an object is expected")]
    [InlineData("{ \"parameters\": { \"a\": \"b\" } }", 1, 24, "parameters[\"a\"]", "'b' stands where an object is expected")]
    [InlineData("{ \"dynamic_batching\": { \"preserve_ordering\": 1 } }", 1, 46, "dynamic_batching.preserve_ordering", "1 stands where true or false is expected")]
    [InlineData("{ \"dynamic_batching\": { \"max_queue_delay_microseconds\": -1 } }", 1, 57, "dynamic_batching.max_queue_delay_microseconds", "-1 stands where a whole number from 0 to 18446744073709551615 is expected")]
    [InlineData("[ ]", 1, 1, "", "the text must be one JSON object")]
    [InlineData("{ \"name\": }", 1, 11, "", "the text is not JSON there")]
    [InlineData("{ \"name\": \"x\" } {", 1, 17, "", "the text is not JSON there")]
    [InlineData("{ \"\\ud800\": 1 }", 1, 3, "", "a name must be valid UTF-8 and hold no half of a surrogate pair")]
    public void A_broken_text_is_cited(string json, int line, int column, string field, string problem)
    {
        var error = Assert.Throws<TextFormatException>(() => Read(json));
        Assert.Equal((new FieldPosition(line, column), field, problem), (error.Position, error.FieldPath, error.Problem));
    }

    [Theory]
    [InlineData("{ \"max_batch_size\": 4.0 }")]
    [InlineData("{ \"max_batch_size\": 1e2 }")]
    [InlineData("{ \"max_batch_size\": \"4\" }")]
    [InlineData("{ \"max_batch_size\": null, \"input\": null }")]
    [InlineData("{ \"input\": [ { \"data_type\": 11, \"dims\": [ \"-1\", 4 ] } ] }")]
    [InlineData("{ \"name\": \"a\\u0062\" }")]
    public void What_protobufs_own_reader_takes_is_taken(string json)
    {
        Read(json);
        new Google.Protobuf.JsonParser(Google.Protobuf.JsonParser.Settings.Default).Parse<ModelConfig>(json);
    }

    [Theory]
    [InlineData("{ \"input\": [ { \"data_type\": \"TYPE_FLOAT\" } ] }", "'TYPE_FLOAT' stands where one of TYPE_INVALID, TYPE_BOOL,")]
    [InlineData("{ \"input\": [ { \"data_type\": true } ] }", "true stands where one of TYPE_INVALID, TYPE_BOOL,")]
    public void A_value_that_is_none_of_a_fields_words_is_cited_with_them(string json, string problem)
    {
        var error = Assert.Throws<TextFormatException>(() => Read(json));
        Assert.Equal("input[0].data_type", error.FieldPath);
        Assert.StartsWith(problem, error.Problem, StringComparison.Ordinal);
    }
}
