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
    [InlineData("[ ]", 1, 1, "", "the text must be one JSON object")]
    [InlineData("{ \"name\": }", 1, 11, "", "the text is not JSON there")]
    [InlineData("{ \"name\": \"x\" } {", 1, 17, "", "the text is not JSON there")]
    [InlineData("{ \"\\ud800\": 1 }", 1, 3, "", "a name must be valid UTF-8 and hold no half of a surrogate pair")]
    public void A_broken_text_is_cited(string json, int line, int column, string field, string problem)
    {
        var error = Assert.Throws<TextFormatException>(() => Read(json));
        Assert.Equal((new FieldPosition(line, column), field, problem), (error.Position, error.FieldPath, error.Problem));
    }
}
