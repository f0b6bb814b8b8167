using Contracts.Inference;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Triton;

/// <summary>Cases of Triton's L0_lifecycle in which models are loaded and unloaded by call, each under its name there.</summary>
public sealed class TritonControlTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public TritonControlTests()
    {
        _repository.AddModel("m", OnnxModels.Scale(1), TritonCalls.AllVersions);
        _repository.AddVersion("m", 3, OnnxModels.Scale(3));
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Model_control()
    {
        await using var appliance = await _repository.StartAsync("explicit");
        Assert.Equal((true, false), (await appliance.IsServerReadyAsync(), await appliance.IsModelReadyAsync("m", "1")));
        Assert.Contains("unknown", (await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("unknown"))).Detail);
        await appliance.LoadAsync("m");
        Assert.Equal((1, 3), (await appliance.FactorAsync("m", "1"), await appliance.FactorAsync("m", "3")));
        File.Delete(Path.Combine(_repository.ModelPath("m"), "config.pbtxt"));
        await appliance.LoadAsync("m");
        await appliance.BecomesReadyAsync("m", "3");
        await appliance.UnloadAsync("m");
        Assert.Equal((true, false), (await appliance.IsServerReadyAsync(), await appliance.IsModelReadyAsync("m", "3")));
    }

    [Fact]
    public async Task Model_control_fail()
    {
        _repository.AddModel("bad", [1, 2, 3]);
        await using var appliance = await _repository.StartAsync("explicit");
        for (var attempt = 0; attempt < 2; attempt++)
        {
            Assert.Contains("failed to load 'bad', version 1", (await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("bad"))).Detail);
            Assert.False(await appliance.IsModelReadyAsync("bad"));
            // As Triton's strict readiness has it: a model whose load failed is not available until it is loaded or unloaded.
            Assert.False(await appliance.IsServerReadyAsync());
        }
        await appliance.UnloadAsync("bad");
        Assert.True(await appliance.IsServerReadyAsync());
    }

    [Fact]
    public Task Model_availability_on_reload() => IsAvailableThroughoutAsync(
        () => _repository.AddVersion("slow", 2, OnnxModels.Slow(Rounds + 1)), "2");

    [Fact]
    public Task Model_availability_on_reload_2() => IsAvailableThroughoutAsync(
        () =>
        {
            _repository.AddVersion("slow", 2, OnnxModels.Slow(Rounds + 1));
            _repository.WriteConfig("slow", "version_policy { specific { versions: 2 } }");
        },
        "2");

    [Fact]
    public Task Model_availability_on_reload_3() => IsAvailableThroughoutAsync(
        () => _repository.WriteConfig("slow", "instance_group [ { count: 2 } ]"), "1");

    [Fact]
    public async Task Model_reload_fail()
    {
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        _repository.AddVersion("m", 4, [1, 2, 3]);
        Assert.Contains("version 4", (await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("m"))).Detail);
        Assert.Equal((true, false), (await appliance.IsModelReadyAsync("m", "3"), await appliance.IsModelReadyAsync("m", "4")));
        Assert.Equal((3, true), (await appliance.FactorAsync("m"), await appliance.IsServerReadyAsync()));
    }

    [Fact]
    public async Task Model_repository_index()
    {
        _repository.AddModel("idle", OnnxModels.Scale(2));
        _repository.AddModel("bad", [1, 2, 3]);
        await using var appliance = await _repository.StartUnreadyAsync("explicit", "--load-model", "m", "--load-model", "bad");
        await appliance.BecomesReadyAsync("m", "1", "3");
        await Eventually.BecomesTrueAsync(async () => (await appliance.IndexAsync("bad")).Any(v => v.Reason.Length > 0), TritonCalls.Limit, "the bad model is refused");
        var index = (await appliance.Inference.RepositoryIndexAsync(new RepositoryIndexRequest(), deadline: ApplianceCalls.Deadline)).Models;
        Assert.Equal(["bad 1 UNAVAILABLE", "idle  ", "m 1 READY", "m 3 READY"], index.Select(m => $"{m.Name} {m.Version} {m.State}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Load_new_model_version()
    {
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        _repository.AddVersion("m", 4, OnnxModels.Scale(4));
        await appliance.LoadAsync("m");
        await appliance.BecomesReadyAsync("m", "1", "3", "4");
        // Of the versions that were there nothing was loaded anew: what they counted is still there.
        Assert.Equal(4, await appliance.FactorAsync("m"));
        _repository.RemoveVersion("m", 1);
        await appliance.LoadAsync("m");
        await appliance.BecomesReadyAsync("m", "3", "4");
        Assert.Equal((3, 4), (await appliance.FactorAsync("m", "3"), await appliance.FactorAsync("m")));
    }

    [Fact]
    public async Task Concurrent_model_load()
    {
        await using var appliance = await _repository.StartAsync("explicit");
        var loads = Enumerable.Range(0, 8).Select(_ => appliance.LoadAsync("m")).ToArray();
        _repository.AddVersion("m", 5, OnnxModels.Scale(5));
        await Task.WhenAll([.. loads, appliance.LoadAsync("m")]);
        await appliance.BecomesReadyAsync("m", "1", "3", "5");
        Assert.Equal((5, true), (await appliance.FactorAsync("m"), await appliance.IsServerReadyAsync()));
    }

    [Fact]
    public async Task Concurrent_model_load_unload()
    {
        _repository.AddModel("slow", OnnxModels.Slow(Rounds));
        await using var appliance = await _repository.StartAsync("explicit");
        var load = appliance.LoadAsync("slow");
        await Eventually.BecomesTrueAsync(async () => (await appliance.IndexAsync("slow")).Any(v => v.State == "LOADING") || load.IsCompleted, TritonCalls.Limit, "the model is loading");
        // Comes behind the load.
        await appliance.UnloadAsync("slow");
        await load;
        Assert.Equal((true, false), (await appliance.IsServerReadyAsync(), await appliance.IsModelReadyAsync("slow")));
    }

    [Fact]
    public async Task Concurrent_same_model_load_unload_stress()
    {
        await using var appliance = await _repository.StartAsync("explicit");
        var callers = Enumerable.Range(0, 6).Select(caller => Task.Run(async () =>
        {
            for (var i = 0; i < 20; i++)
            {
                if ((caller + i) % 2 == 0) await appliance.LoadAsync("m");
                else await appliance.UnloadAsync("m");
            }
        }));
        await Task.WhenAll(callers);
        await appliance.LoadAsync("m");
        Assert.Equal((1, 3), (await appliance.FactorAsync("m", "1"), await appliance.FactorAsync("m", "3")));
        await appliance.AssertAliveAsync();
    }

    // Some 60 ms a run: a load makes several, so calls fall into it.
    private const int Rounds = 100;

    private async Task IsAvailableThroughoutAsync(Action change, string after)
    {
        _repository.AddModel("slow", OnnxModels.Slow(Rounds));
        await using var appliance = await _repository.StartAsync("explicit", "--load-model=*");
        change();
        var load = appliance.LoadAsync("slow");
        do
        {
            await appliance.AssertAliveAsync();
            Assert.True(await appliance.IsServerReadyAsync() && await appliance.IsModelReadyAsync("slow"));
            var output = Assert.Single(await appliance.OutputsAsync(InferMessages.Raw("slow", TensorValue.OfFloats(OnnxModels.Input, [1], 7f))));
            Assert.Equal([7f], output.As<float>());
        }
        while (!load.IsCompleted);
        await load;
        await appliance.BecomesReadyAsync("slow", after);
        Assert.Equal(after, (await appliance.InferAsync(InferMessages.Raw("slow", TensorValue.OfFloats(OnnxModels.Input, [1], 7f)))).ModelVersion);
    }
}
