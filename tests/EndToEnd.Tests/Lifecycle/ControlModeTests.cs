using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>What is loaded at the start, and by whom later, in the modes none and explicit.</summary>
public sealed class ControlModeTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public ControlModeTests()
    {
        _repository.AddModel("a", OnnxModels.Scale(2));
        _repository.AddModel("b", OnnxModels.Scale(3));
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Mode_none_loads_everything_at_the_start_and_nothing_later()
    {
        await using var appliance = await StartAsync("none");
        Assert.Equal(2, await FactorAsync(appliance, "a"));
        Assert.Equal(3, await FactorAsync(appliance, "b"));
        _repository.AddVersion("a", 2, OnnxModels.Scale(5));
        var refusal = await ApplianceCalls.RefusalAsync(() => appliance.LoadAsync("a"));
        Assert.Equal((StatusCode.Unavailable, "explicit model load is not allowed in model control mode none"), (refusal.StatusCode, refusal.Detail));
        refusal = await ApplianceCalls.RefusalAsync(() => appliance.UnloadAsync("a"));
        Assert.Equal((StatusCode.Unavailable, "explicit model unload is not allowed in model control mode none"), (refusal.StatusCode, refusal.Detail));
        Assert.Equal(2, await FactorAsync(appliance, "a"));
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("a"));
    }

    [Fact]
    public async Task Mode_explicit_loads_nothing_of_itself()
    {
        await using var appliance = await StartAsync("explicit");
        Assert.Equal(StatusCode.NotFound, (await RefusalAsync(appliance, "a")).StatusCode);
        Assert.Equal([("", "")], (await appliance.IndexAsync("a")).Select(v => (v.Version, v.State)));
    }

    [Fact]
    public async Task Mode_explicit_loads_the_models_named_at_the_start()
    {
        await using var appliance = await StartAsync("explicit", "--load-model", "b");
        Assert.Equal(3, await FactorAsync(appliance, "b"));
        Assert.Equal(StatusCode.NotFound, (await RefusalAsync(appliance, "a")).StatusCode);
    }

    [Fact]
    public async Task Mode_explicit_loads_everything_when_a_star_is_named()
    {
        await using var appliance = await StartAsync("explicit", "--load-model=*");
        Assert.Equal(2, await FactorAsync(appliance, "a"));
        Assert.Equal(3, await FactorAsync(appliance, "b"));
    }

    [Fact]
    public async Task Mode_explicit_loads_and_unloads_by_call()
    {
        await using var appliance = await StartAsync("explicit");
        await appliance.LoadAsync("a");
        Assert.Equal(2, await FactorAsync(appliance, "a"));
        _repository.AddVersion("a", 2, OnnxModels.Scale(5));
        Assert.Equal(2, await FactorAsync(appliance, "a"));
        await appliance.LoadAsync("a");
        Assert.Equal(5, await FactorAsync(appliance, "a"));
        await appliance.UnloadAsync("a");
        Assert.NotEqual(StatusCode.OK, (await RefusalAsync(appliance, "a")).StatusCode);
        Assert.All(await appliance.IndexAsync("a"), v => Assert.Equal("UNAVAILABLE", v.State));
        await appliance.LoadAsync("a");
        Assert.Equal(5, await FactorAsync(appliance, "a"));
    }

    [Fact]
    public async Task A_model_that_is_not_there_can_be_neither_loaded_nor_unloaded()
    {
        await using var appliance = await StartAsync("explicit");
        foreach (var call in new[] { () => appliance.LoadAsync("nobody"), () => appliance.UnloadAsync("nobody") })
        {
            var refusal = await ApplianceCalls.RefusalAsync(call);
            Assert.Equal((StatusCode.NotFound, "Request for unknown model: 'nobody' is not found"), (refusal.StatusCode, refusal.Detail));
        }
    }

    private Task<ApplianceProcess> StartAsync(string mode, params string[] flags) =>
        ApplianceProcess.StartAsync(new ApplianceSettings { Repository = _repository.Path, ControlMode = mode, Flags = [.. flags] });

    private static Task<float> FactorAsync(ApplianceProcess appliance, string model) => ScaleCalls.FactorAsync(appliance, model);

    private static Task<Status> RefusalAsync(ApplianceProcess appliance, string model) => appliance.RefusalAsync(ScaleCalls.Request(model));
}
