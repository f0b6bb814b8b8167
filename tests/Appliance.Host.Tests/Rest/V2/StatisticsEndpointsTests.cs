using System.Text.Json;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class StatisticsEndpointsTests
{
    private const string TwoRows = """{"inputs":[{"name":"IN","shape":[2,1],"datatype":"FP32","data":[1,2]}]}""";

    [Fact]
    public async Task Requests_rows_runs_and_failures_are_counted()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, [1])));
        await host.PostAsync("/v2/models/m/infer", TwoRows);
        await host.PostAsync("/v2/models/m/infer", TwoRows);
        await host.PostAsync("/v2/models/m/infer", "{}");

        var (_, body) = await host.GetAsync("/v2/models/m/stats");

        var model = Assert.Single(body.GetProperty("model_stats").EnumerateArray());
        Assert.Equal("m", model.GetProperty("name").GetString());
        Assert.Equal("1", model.GetProperty("version").GetString());
        Assert.Equal(4, model.GetProperty("inference_count").GetInt32());
        Assert.Equal(2, model.GetProperty("execution_count").GetInt32());
        Assert.True(model.GetProperty("last_inference").GetInt64() > 1_700_000_000_000);
        var phases = model.GetProperty("inference_stats");
        Assert.Equal(2, phases.GetProperty("success").GetProperty("count").GetInt32());
        Assert.Equal(1, phases.GetProperty("fail").GetProperty("count").GetInt32());
        Assert.Equal(2, phases.GetProperty("compute_infer").GetProperty("count").GetInt32());
        Assert.True(phases.GetProperty("success").GetProperty("ns").GetInt64() > 0);
        var size = Assert.Single(model.GetProperty("batch_stats").EnumerateArray());
        Assert.Equal(2, size.GetProperty("batch_size").GetInt32());
        Assert.Equal(2, size.GetProperty("compute_infer").GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Statistics_are_had_for_all_for_a_model_and_for_a_version()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("b", Signatures.Mixed) { Version = 2 });
        host.Deploy(new ScriptedModel("b", Signatures.Mixed) { Version = 1 });
        host.Deploy(new ScriptedModel("a", Signatures.Mixed));

        Assert.Equal(["a 1", "b 1", "b 2"], Versions((await host.GetAsync("/v2/models/stats")).Body));
        Assert.Equal(["b 1", "b 2"], Versions((await host.GetAsync("/v2/models/b/stats")).Body));
        Assert.Equal(["b 2"], Versions((await host.GetAsync("/v2/models/b/versions/2/stats")).Body));
    }

    [Fact]
    public async Task Batches_of_a_model_that_ran_nothing_are_none()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));

        var (_, body) = await host.GetAsync("/v2/models/m/versions/1/batches");

        Assert.Equal(
            """{"name":"m","version":"1","max_batch_size":8,"queue":{"depth":0,"oldest_us":0},"batches":0,"rows":0,"mean_rows":0,"closed_by":{"full":0,"preferred":0,"instance_free":0,"shape_change":0,"no_room":0,"inline":0,"unbatched":0,"queue_delay":0},"by_rows":[]}""",
            body.GetRawText());
    }

    [Theory]
    [InlineData(true, 8, "full")]
    [InlineData(true, 2, "inline")]
    [InlineData(false, 2, "unbatched")]
    public async Task The_reason_for_which_a_batch_was_closed_is_counted(bool batched, int rows, string reason)
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Echo(Datatype.FP32, batched ? [1] : [-1, 1], batched)));
        var values = string.Join(",", Enumerable.Range(0, rows));
        await host.PostAsync("/v2/models/m/infer", $$"""{"inputs":[{"name":"IN","shape":[{{rows}},1],"datatype":"FP32","data":[{{values}}]}]}""");

        var (_, body) = await host.GetAsync("/v2/models/m/batches");

        foreach (var counted in body.GetProperty("closed_by").EnumerateObject())
        {
            Assert.Equal(counted.Name == reason ? 1 : 0, counted.Value.GetInt32());
        }
    }

    private static string[] Versions(JsonElement body) =>
        [.. body.GetProperty("model_stats").EnumerateArray().Select(m => $"{m.GetProperty("name").GetString()} {m.GetProperty("version").GetString()}")];
}
