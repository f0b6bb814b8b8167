using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Triton;

/// <summary>Cases of Triton's L0_lifecycle in which the repository changes under the server, each under its name there.</summary>
public sealed class TritonPollTests : IDisposable
{
    private readonly TemporaryRepository _repository = new();

    public TritonPollTests()
    {
        _repository.AddModel("stays", OnnxModels.Scale(4));
        _repository.AddModel("m", OnnxModels.Scale(1), TritonCalls.AllVersions);
        foreach (var version in new[] { 2, 3 }) _repository.AddVersion("m", version, OnnxModels.Scale(version));
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task Dynamic_model_load_unload()
    {
        await using var appliance = await PollingAsync();
        Assert.False(await appliance.IsModelReadyAsync("new"));
        _repository.AddModel("new", OnnxModels.Scale(7));
        await appliance.BecomesReadyAsync("new", "1");
        Assert.Equal(7, await appliance.FactorAsync("new"));
        var counted = await appliance.StatisticsAsync("new");
        Assert.Equal((1ul, 1ul), (counted.InferenceStats.Success.Count, counted.ExecutionCount));
        _repository.RemoveModel("new");
        await appliance.BecomesReadyAsync("new");
        await IsUnknownAsync(appliance, "new");
        Assert.True(await appliance.IsServerReadyAsync());
        // Once more, with the counters from the beginning.
        _repository.AddModel("new", OnnxModels.Scale(8));
        await appliance.BecomesReadyAsync("new", "1");
        Assert.Equal(0ul, (await appliance.StatisticsAsync("new")).ExecutionCount);
        Assert.Equal((8, 4), (await appliance.FactorAsync("new"), await appliance.FactorAsync("stays")));
    }

    [Fact]
    public async Task Dynamic_version_load_unload()
    {
        await using var appliance = await PollingAsync();
        await appliance.BecomesReadyAsync("m", "1", "2", "3");
        Assert.Equal(1, await appliance.FactorAsync("m", "1"));
        _repository.RemoveVersion("m", 1);
        await appliance.BecomesReadyAsync("m", "2", "3");
        await IsUnknownAsync(appliance, "m", "1");
        _repository.AddVersion("m", 7, OnnxModels.Scale(7));
        await appliance.BecomesReadyAsync("m", "2", "3", "7");
        Assert.Equal((7, true), (await appliance.FactorAsync("m"), await appliance.IsServerReadyAsync()));
    }

    [Fact]
    public async Task Dynamic_model_load_unload_disabled()
    {
        await using var appliance = await _repository.StartAsync("none");
        _repository.AddModel("new", OnnxModels.Scale(7));
        _repository.RemoveModel("stays");
        await LooksAgainAsync(appliance);
        Assert.False(await appliance.IsModelReadyAsync("new"));
        Assert.Equal((4, true), (await appliance.FactorAsync("stays"), await appliance.IsServerReadyAsync()));
    }

    [Fact]
    public async Task Dynamic_version_load_unload_disabled()
    {
        await using var appliance = await _repository.StartAsync("none");
        _repository.AddVersion("m", 7, OnnxModels.Scale(7));
        _repository.RemoveVersion("m", 1);
        await LooksAgainAsync(appliance);
        Assert.Equal(["1", "2", "3"], await appliance.ReadyVersionsAsync("m"));
        Assert.Equal((1, 3), (await appliance.FactorAsync("m", "1"), await appliance.FactorAsync("m")));
    }

    [Fact]
    public async Task Dynamic_model_modify()
    {
        await using var appliance = await PollingAsync();
        // A label file that is not there: what is served goes on.
        _repository.WriteConfig("m", TritonCalls.AllVersions + """ output [ { name: "OUTPUT0" data_type: TYPE_FP32 dims: [ 4 ] label_filename: "none.txt" } ] """);
        await Eventually.BecomesTrueAsync(() => appliance.Log.Contains("none.txt"), TritonCalls.Limit, "the log says what is wrong");
        Assert.Equal(["1", "2", "3"], await appliance.ReadyVersionsAsync("m"));
        Assert.Equal(3, await appliance.FactorAsync("m"));
        // A configuration with the policy of those that have none: the latest version alone.
        _repository.WriteConfig("m", "max_batch_size: 8");
        await appliance.BecomesReadyAsync("m", "3");
        await IsUnknownAsync(appliance, "m", "1");
        Assert.Equal((3, 8), (await appliance.FactorAsync("m", "3"), (await appliance.ConfigAsync("m")).MaxBatchSize));
    }

    [Fact]
    public async Task Dynamic_file_delete()
    {
        await using var appliance = await PollingAsync();
        File.Delete(Path.Combine(_repository.ModelPath("m"), "config.pbtxt"));
        await appliance.BecomesReadyAsync("m", "3");
        Assert.Equal(3, await appliance.FactorAsync("m"));
        await IsUnknownAsync(appliance, "m", "1");
        Assert.True(await appliance.IsServerReadyAsync());
    }

    private Task<ApplianceProcess> PollingAsync() => _repository.StartAsync("poll", "--repository-poll-secs", "0.05");

    /// <summary>A server that looked at its folder would have done so by the end of some hundred calls.</summary>
    private static async Task LooksAgainAsync(ApplianceProcess appliance)
    {
        for (var i = 0; i < 200; i++) await appliance.FactorAsync("stays");
    }

    private static async Task IsUnknownAsync(ApplianceProcess appliance, string model, string version = "")
    {
        Assert.False(await appliance.IsModelReadyAsync(model, version));
        var refusal = await appliance.RefusalAsync(ScaleCalls.Request(model, version));
        Assert.True(refusal.StatusCode is StatusCode.NotFound or StatusCode.Unavailable, $"{refusal}");
        Assert.Contains("Request for unknown model", refusal.Detail);
    }
}
