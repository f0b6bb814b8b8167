using System.Net;
using Appliance.Inference.Tensors;
using Contracts.Inference;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

/// <summary>What the server and its models say of themselves.</summary>
public sealed class DescriptionEndpointsTests
{
    [Fact]
    public async Task The_server_is_live_and_ready_and_says_what_it_is()
    {
        await using var host = await RestHost.StartAsync();

        var (_, server) = await host.GetAsync("/v2");
        Assert.Equal("appliance", server.GetProperty("name").GetString());
        Assert.Contains("binary_tensor_data", server.GetProperty("extensions").EnumerateArray().Select(e => e.GetString()));
        Assert.Equal("""{"live":true}""", (await host.GetAsync("/v2/health/live")).Body.GetRawText());
        Assert.Equal("""{"ready":true}""", (await host.GetAsync("/v2/health/ready")).Body.GetRawText());
    }

    [Fact]
    public async Task A_server_that_is_not_ready_answers_400_with_a_body()
    {
        await using var host = await RestHost.StartAsync();
        host.Lifecycle.Ready = false;

        var (status, body) = await host.GetAsync("/v2/health/ready");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("""{"ready":false}""", body.GetRawText());
    }

    [Theory]
    [InlineData("/v2/models/m/ready", HttpStatusCode.OK)]
    [InlineData("/v2/models/m/versions/1/ready", HttpStatusCode.OK)]
    [InlineData("/v2/models/m/versions/2/ready", HttpStatusCode.BadRequest)]
    [InlineData("/v2/models/other/ready", HttpStatusCode.BadRequest)]
    public async Task A_model_is_ready_or_it_is_not(string path, HttpStatusCode expected)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));

        var (status, body) = await host.GetAsync(path);

        Assert.Equal(expected, status);
        Assert.Equal(expected == HttpStatusCode.OK, body.GetProperty("ready").GetBoolean());
    }

    [Fact]
    public async Task Metadata_lists_the_ready_versions_and_the_tensors_of_the_one_meant()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.Int64, [3, -1], batched: false)) { Version = 3 });
        host.Deploy(new ScriptedModel("m", Signatures.Mixed) { Version = 12 });

        var (_, latest) = await host.GetAsync("/v2/models/m");
        var (_, third) = await host.GetAsync("/v2/models/m/versions/3");

        Assert.Equal(
            """{"name":"m","versions":["3","12"],"platform":"onnxruntime_onnx","inputs":[{"name":"A","datatype":"FP32","shape":[-1,1]},{"name":"B","datatype":"BYTES","shape":[-1,1]}],"outputs":[{"name":"A_OUT","datatype":"FP32","shape":[-1,1]},{"name":"B_OUT","datatype":"BYTES","shape":[-1,1]}]}""",
            latest.GetRawText());
        Assert.Equal("[3,-1]", third.GetProperty("inputs")[0].GetProperty("shape").GetRawText());
    }

    [Fact]
    public async Task The_configuration_has_proto_names_enum_names_and_numbers_for_64_bit_integers()
    {
        var config = new ModelConfig
        {
            Platform = "onnxruntime_onnx",
            Input = { new ModelInput { Name = "A", DataType = DataType.TypeFp32, Dims = { 1, -1 }, Reshape = new ModelTensorReshape { Shape = { 4 } } } },
            Output = { new ModelOutput { Name = "B", DataType = DataType.TypeString, Dims = { 1 } } },
            InstanceGroup = { new ModelInstanceGroup { Count = 2, Kind = ModelInstanceGroup.Types.Kind.Cpu } },
            DynamicBatching = new ModelDynamicBatching
            {
                PreferredBatchSize = { 4 },
                MaxQueueDelayMicroseconds = 9007199254740993,
                PriorityQueuePolicy = { [2] = new ModelQueuePolicy { DefaultTimeoutMicroseconds = 5 } },
            },
            Parameters = { ["intra_op_thread_count"] = new ModelParameter { StringValue = "1" } },
            VersionPolicy = new ModelVersionPolicy { Specific = new ModelVersionPolicy.Types.Specific { Versions = { 7 } } },
            ModelWarmup = { new ModelWarmup { Inputs = { ["A"] = new ModelWarmup.Types.Input { RandomData = false } } } },
        };
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed) { Config = config });

        var (_, body) = await host.GetAsync("/v2/models/m/config");

        Assert.Equal(8, body.GetProperty("max_batch_size").GetInt32());
        Assert.Equal(
            """{"name":"A","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[1,-1],"reshape":{"shape":[4]},"is_shape_tensor":false,"allow_ragged_batch":false,"optional":false,"is_non_linear_format_io":false}""",
            body.GetProperty("input")[0].GetRawText());
        Assert.Equal("KIND_CPU", body.GetProperty("instance_group")[0].GetProperty("kind").GetString());
        var batching = body.GetProperty("dynamic_batching");
        Assert.Equal("9007199254740993", batching.GetProperty("max_queue_delay_microseconds").GetRawText());
        Assert.Equal(5, batching.GetProperty("priority_queue_policy").GetProperty("2").GetProperty("default_timeout_microseconds").GetInt32());
        Assert.Equal("""{"intra_op_thread_count":{"string_value":"1"}}""", body.GetProperty("parameters").GetRawText());
        Assert.Equal("""{"specific":{"versions":[7]}}""", body.GetProperty("version_policy").GetRawText());
        Assert.False(body.GetProperty("model_warmup")[0].GetProperty("inputs").GetProperty("A").GetProperty("random_data").GetBoolean());
        Assert.False(body.GetProperty("model_warmup")[0].GetProperty("inputs").GetProperty("A").TryGetProperty("zero_data", out _));
        Assert.False(body.TryGetProperty("sequence_batching", out _));
        Assert.False(body.TryGetProperty("response_cache", out _));
    }

    [Fact]
    public async Task Protobufs_own_parser_reads_the_configuration_back()
    {
        var config = new ModelConfig { Platform = "p", DynamicBatching = new ModelDynamicBatching { MaxQueueDelayMicroseconds = 100 } };
        await using var host = await RestHost.StartAsync();
        var model = host.Deploy(new ScriptedModel("m", Signatures.Mixed) { Config = config });

        var (_, body) = await host.GetAsync("/v2/models/m/versions/1/config");

        Assert.Equal(model.Config, Google.Protobuf.JsonParser.Default.Parse<ModelConfig>(body.GetRawText()));
    }

    [Theory]
    [InlineData("/v2/models/other")]
    [InlineData("/v2/models/other/config")]
    [InlineData("/v2/models/other/stats")]
    [InlineData("/v2/models/other/batches")]
    [InlineData("/v2/models/m/versions/9")]
    [InlineData("/v2/models/m/versions/9/config")]
    [InlineData("/v2/models/m/versions/9/stats")]
    [InlineData("/v2/models/m/versions/x/batches")]
    public async Task A_model_that_is_not_there_has_no_description(string path)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));

        var (status, body) = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.StartsWith("Request for unknown model: ", body.GetProperty("error").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("/config")]
    [InlineData("/stats")]
    [InlineData("/batches")]
    public async Task A_model_without_a_ready_version_is_unavailable(string path)
    {
        await using var host = await RestHost.StartAsync();
        host.Directory.GetOrAdd("gone");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.GetAsync("/v2/models/gone" + path)).Status);
    }
}
