using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using Grpc.Core;

namespace EndToEnd.Tests.Triton;

/// <summary>Cases of Triton's L0_model_update, each under its name there: callers that never pause notice nothing of it.</summary>
public sealed class TritonModelUpdateTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public TritonModelUpdateTests() => _repository.AddModel("scale", OnnxModels.Scale(2));

    public void Dispose() => _repository.Dispose();

    [Fact]
    public Task Add_rm_add_instance_no_batching() => CountsAsync("max_batch_size: 0", 3, 4, 3, 4);

    [Fact]
    public Task Add_rm_add_instance_with_batching() => CountsAsync("max_batch_size: 8 dynamic_batching { }", 4, 5, 4, 5);

    [Fact]
    public Task Rm_add_rm_instance_no_batching() => CountsAsync("max_batch_size: 0", 2, 1, 2, 1);

    [Fact]
    public Task Rm_add_rm_instance_with_batching() => CountsAsync("max_batch_size: 8 dynamic_batching { max_queue_delay_microseconds: 100 }", 3, 2, 3, 2);

    [Fact]
    public Task Cpu_instance_update() => CountsAsync("", 8, 4, 1, 1, 3, 8);

    [Fact]
    public Task Instance_name_update() => UpdatesAsync(
        """instance_group [ { name: "old_1" count: 1 kind: KIND_CPU }, { name: "old_2" count: 2 kind: KIND_CPU } ]""",
        """instance_group [ { name: "new_1" count: 1 kind: KIND_CPU }, { name: "new_2" count: 2 kind: KIND_CPU } ]""");

    [Fact]
    public Task Rm_instance_to_zero() => UpdatesAsync(Group(1), Group(0));

    [Fact]
    public Task Non_instance_config_update() => UpdatesAsync(Group(4) + " max_batch_size: 0", Group(2) + " max_batch_size: 8 dynamic_batching { }");

    [Fact]
    public async Task Invalid_config()
    {
        _repository.WriteConfig("scale", Group(4));
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        _repository.WriteConfig("scale", "--- invalid config ---");
        Assert.Equal(StatusCode.InvalidArgument, (await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("scale"))).StatusCode);
        Assert.Equal((4, 2), (await CountAsync(appliance), await appliance.FactorAsync("scale")));
        _repository.WriteConfig("scale", Group(2));
        await appliance.LoadAsync("scale");
        Assert.Equal((2, 2), (await CountAsync(appliance), await appliance.FactorAsync("scale")));
    }

    [Fact]
    public async Task Model_file_update()
    {
        _repository.WriteConfig("scale", Group(2));
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        var staged = Path.Combine(_repository.Outside, "model.onnx");
        await File.WriteAllBytesAsync(staged, OnnxModels.Scale(6), TestContext.Current.CancellationToken);
        File.Move(staged, Path.Combine(_repository.VersionPath("scale", 1), "model.onnx"), overwrite: true);
        _repository.WriteConfig("scale", Group(3));
        await appliance.LoadAsync("scale");
        Assert.Equal((3, 6), (await CountAsync(appliance), await appliance.FactorAsync("scale")));
    }

    [Fact]
    public async Task Load_api_with_config()
    {
        _repository.WriteConfig("scale", Group(1));
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        // What the server says of the model, with one instance more, is what a load may bring along.
        using var described = await appliance.Http.GetAsync("/v2/models/scale/config", TestContext.Current.CancellationToken);
        var config = JsonNode.Parse(await described.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;
        Assert.Equal(1, config["instance_group"]![0]!["count"]!.GetValue<int>());
        config["instance_group"]![0]!["count"] = 2;
        var body = JsonSerializer.Serialize(new { parameters = new { config = config.ToJsonString() } });
        var reply = await appliance.PostAsync("/v2/repository/models/scale/load", body);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        Assert.Equal((2, 2), (await CountAsync(appliance), await appliance.FactorAsync("scale")));
    }

    private static string Group(int count) => $"instance_group [ {{ count: {count} kind: KIND_CPU }} ]";

    private Task CountsAsync(string config, params int[] counts) => UpdatesAsync([.. counts.Select(c => $"{config} {Group(c)}")]);

    /// <summary>Loads the model with each configuration in turn, under load.</summary>
    private async Task UpdatesAsync(params string[] configs)
    {
        _repository.WriteConfig("scale", configs[0]);
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        await using var calls = new LoadedCalls(appliance, callers: 2);
        await calls.AnsweredAsync(20);
        foreach (var config in configs[1..])
        {
            _repository.WriteConfig("scale", config);
            await appliance.LoadAsync("scale");
            await calls.AnsweredAsync(20);
            if (config.Contains("count: 0", StringComparison.Ordinal)) continue;
            var wanted = System.Text.RegularExpressions.Regex.Matches(config, @"count: (\d+)").Sum(m => int.Parse(m.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture));
            Assert.Equal(wanted, await CountAsync(appliance));
        }
        await calls.StopAsync();
        Assert.True(calls.Failures.Count == 0, string.Join("; ", calls.Failures.Distinct()));
        await appliance.UnloadAsync("scale");
        Assert.NotEqual(StatusCode.OK, (await appliance.RefusalAsync(ScaleCalls.Request("scale"))).StatusCode);
    }

    private static async Task<int> CountAsync(ApplianceProcess appliance) => (await appliance.ConfigAsync("scale")).InstanceGroup.Sum(g => g.Count);
}
