using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Triton;

/// <summary>Cases of Triton's L0_lifecycle about repositories with faults at the start, each under its name there.</summary>
public sealed class TritonStartTests : IDisposable
{
    private const string Bad = "bad";

    private readonly TemporaryRepository _repository = new();

    public TritonStartTests()
    {
        _repository.AddModel("good", OnnxModels.Scale(2));
        _repository.AddModel("versions", OnnxModels.Scale(1), TritonCalls.AllVersions);
        _repository.AddVersion("versions", 3, OnnxModels.Scale(3));
    }

    public void Dispose() => _repository.Dispose();

    [Fact]
    public Task Parse_error_modelfail() => OthersAreServedAsync(() => _repository.AddModel(Bad, OnnxModels.Scale(4), "max_batch_size: oops"), isReady: false);

    [Fact]
    public Task Parse_error_modelfail_nostrict() =>
        OthersAreServedAsync(() => _repository.AddModel(Bad, OnnxModels.Scale(4), "max_batch_size: oops"), isReady: true, "--strict-readiness=false");

    [Fact]
    public Task Init_error_modelfail() => OthersAreServedAsync(() => _repository.AddModel(Bad, [1, 2, 3]), isReady: false);

    [Fact]
    public Task Parse_error_model_no_version() => OthersAreServedAsync(() => _repository.WriteConfig(Bad, "max_batch_size: 4"), isReady: false);

    [Fact]
    public async Task Parse_error_no_model_config()
    {
        // The model has no configuration of its own: it is completed from the graph.
        await using var appliance = await _repository.StartAsync("none");
        Assert.True(await appliance.IsServerReadyAsync() && await appliance.IsModelReadyAsync("good", "1"));
        Assert.Equal((128, 2), ((await appliance.ConfigAsync("good")).MaxBatchSize, await appliance.FactorAsync("good")));
    }

    [Theory]
    [InlineData("01")]
    [InlineData("0")]
    public Task Parse_ignore_zero_prefixed_version(string folder) => IsIgnoredAsync(folder);

    [Theory]
    [InlineData("abc")]
    [InlineData("1.5")]
    public Task Parse_ignore_non_intergral_version(string folder) => IsIgnoredAsync(folder);

    private async Task OthersAreServedAsync(Action addBad, bool isReady, params string[] flags)
    {
        addBad();
        await using var appliance = await _repository.StartUnreadyAsync("none", flags);
        await appliance.BecomesReadyAsync("versions", "1", "3");
        await appliance.BecomesReadyAsync("good", "1");
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.IndexAsync(Bad)).Any(v => v.State == "UNAVAILABLE" && v.Reason.Length > 0), TritonCalls.Limit, "the bad model is refused with a reason");
        if (isReady) await Eventually.BecomesTrueAsync(appliance.IsServerReadyAsync, TritonCalls.Limit, "the server is ready");
        await appliance.AssertAliveAsync();
        Assert.Equal((isReady, false), (await appliance.IsServerReadyAsync(), await appliance.IsModelReadyAsync(Bad)));
        Assert.Equal((1, 3), (await appliance.FactorAsync("versions", "1"), await appliance.FactorAsync("versions", "3")));
        var refusal = await appliance.RefusalAsync(ScaleCalls.Request(Bad));
        Assert.NotEqual(StatusCode.OK, refusal.StatusCode);
        Assert.Contains($"Request for unknown model: '{Bad}'", refusal.Detail);
    }

    private async Task IsIgnoredAsync(string folder)
    {
        _repository.AddModel("m", OnnxModels.Scale(5), TritonCalls.AllVersions);
        Directory.Move(StagedVersion(), Path.Combine(_repository.ModelPath("m"), folder));
        await using var appliance = await _repository.StartAsync("none");
        Assert.True(await appliance.IsServerReadyAsync());
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("m"));
        Assert.Equal(5, await appliance.FactorAsync("m"));
    }

    private string StagedVersion()
    {
        var staged = Directory.CreateDirectory(Path.Combine(_repository.Outside, "version")).FullName;
        File.WriteAllBytes(Path.Combine(staged, "model.onnx"), OnnxModels.Scale(9));
        return staged;
    }
}
