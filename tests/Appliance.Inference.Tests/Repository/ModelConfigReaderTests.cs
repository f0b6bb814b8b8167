using System.Text;
using System.Text.Json.Nodes;
using Appliance.Inference.Repository;
using Contracts.Inference;
using Google.Protobuf;
using Xunit;

namespace Appliance.Inference.Tests.Repository;

public sealed class ModelConfigReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_without_a_configuration_has_the_empty_one()
    {
        var source = ModelConfigReader.ReadFolder(_folder.Root).Value!;
        Assert.Equal(new ModelConfig(), source.Config);
        Assert.Empty(source.Positions.Paths);
        Assert.Equal("config.pbtxt", source.File);
    }

    [Fact]
    public void A_named_configuration_comes_before_the_plain_one_where_it_is_there()
    {
        _folder.Write("config.pbtxt", "max_batch_size: 1");
        _folder.Write("configs/fast.pbtxt", "\nmax_batch_size: 2");
        Assert.Equal(1, ModelConfigReader.ReadFolder(_folder.Root).Value!.Config.MaxBatchSize);
        Assert.Equal(1, ModelConfigReader.ReadFolder(_folder.Root, "other").Value!.Config.MaxBatchSize);
        var fast = ModelConfigReader.ReadFolder(_folder.Root, "fast").Value!;
        Assert.Equal(2, fast.Config.MaxBatchSize);
        Assert.Equal("configs/fast.pbtxt:2:1: max_batch_size is 2; rule", fast.Error("max_batch_size", 2, "rule").ToString());
    }

    [Theory]
    [InlineData("../m/config")]
    [InlineData("..")]
    [InlineData("a\nb")]
    public void A_configuration_name_is_one_name(string name) => Assert.Single(ModelConfigReader.ReadFolder(_folder.Root, name).Errors);

    [Fact]
    public void A_broken_file_is_cited_by_line_and_column()
    {
        _folder.Write("config.pbtxt", "name: \"m\"\nmax_batch_sise: 4\n");
        Assert.Equal("config.pbtxt:2:1: max_batch_sise: ModelConfig has no field of this name",
            ModelConfigReader.ReadFolder(_folder.Root).Reason);
    }

    [Fact]
    public void A_file_that_cannot_be_read_or_is_too_large_is_refused()
    {
        _folder.Link("config.pbtxt", "config.pbtxt");
        Assert.StartsWith("config.pbtxt: the file cannot be read: ", ModelConfigReader.ReadFolder(_folder.Root).Reason,
            StringComparison.Ordinal);
        _folder.Write("large/config.pbtxt", new string(' ', ModelConfigReader.MaxBytes + 1));
        Assert.Contains("more than 1048576 bytes", ModelConfigReader.ReadFolder(_folder.At("large")).Reason, StringComparison.Ordinal);
        _folder.Write("limit/config.pbtxt", new string(' ', ModelConfigReader.MaxBytes));
        Assert.NotNull(ModelConfigReader.ReadFolder(_folder.At("limit")).Value);
    }

    [Fact]
    public void Json_takes_both_spellings_of_names()
    {
        var source = ModelConfigReader.ReadJson("""
            { "name": "m", "maxBatchSize": 8, "default_model_filename": "x.onnx",
              "instance_group": [ { "kind": "KIND_CPU", "count": 2 } ],
              "input": [ { "name": "a", "data_type": "TYPE_FP32", "dims": [ "-1", 4 ] } ],
              "parameters": { "execution_mode": { "string_value": "1" } },
              "dynamicBatching": { "defaultQueuePolicy": { "default_timeout_microseconds": "100" } } }
            """).Value!;
        Assert.Equal(8, source.Config.MaxBatchSize);
        Assert.Equal("x.onnx", source.Config.DefaultModelFilename);
        Assert.Equal(ModelInstanceGroup.Types.Kind.Cpu, source.Config.InstanceGroup[0].Kind);
        Assert.Equal([-1L, 4L], source.Config.Input[0].Dims);
        Assert.Equal(100ul, source.Config.DynamicBatching.DefaultQueuePolicy.DefaultTimeoutMicroseconds);
        Assert.True(source.IsSet("parameters[\"execution_mode\"].string_value"));
        Assert.Equal("config override:2:25: instance_group[0].kind is 2; rule",
            source.Error("instance_group[0].kind", 2, "rule").ToString());
    }

    [Theory]
    [InlineData("{ \"max_batch_size\": \"four\" }")]
    [InlineData("{ \"max_batch_size\": 1e40 }")]
    [InlineData("{ \"input\": [ { \"data_type\": \"TYPE_FLOAT\" } ] }")]
    [InlineData("{ \"input\": { } }")]
    [InlineData("{ \"dynamic_batching\": {}, \"sequence_batching\": {} }")]
    [InlineData("")]
    [InlineData("nul")]
    public void Json_that_is_no_configuration_is_refused(string json)
    {
        var error = Assert.Single(ModelConfigReader.ReadJson(json).Errors);
        Assert.Equal("config override", error.File);
        Assert.NotEmpty(error.Rule);
    }

    [Fact]
    public void Damaged_json_is_read_or_refused_and_never_anything_else()
    {
        var random = new Random(7);
        var json = new JsonFormatter(JsonFormatter.Settings.Default).Format(ConfigTexts.Source(Samples.Everything).Config);
        Assert.True(JsonNode.Parse(json) is JsonObject);
        var refused = 0;
        for (var i = 0; i < 3000; i++)
        {
            var damaged = Encoding.UTF8.GetString(Mutation.Of(Encoding.UTF8.GetBytes(json), random));
            refused += ModelConfigReader.ReadJson(damaged).Errors.Count > 0 ? 1 : 0;
        }
        Assert.InRange(refused, 300, 2990);
    }

    [Fact]
    public void Json_and_text_say_the_same()
    {
        var text = ConfigTexts.Source(Samples.Everything);
        var json = ModelConfigReader.ReadJson(new JsonFormatter(JsonFormatter.Settings.Default).Format(text.Config)).Value!;
        Assert.Equal(text.Config, json.Config);
    }
}
