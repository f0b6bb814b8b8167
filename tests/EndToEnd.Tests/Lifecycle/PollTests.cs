using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;

namespace EndToEnd.Tests.Lifecycle;

/// <summary>Mode poll: the repository's folder is the only thing that anybody touches.</summary>
public sealed class PollTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryRepository _repository = new();

    public PollTests() => _repository.AddModel("scale", OnnxModels.Scale(2));

    public void Dispose() => _repository.Dispose();

    [Fact]
    public async Task A_version_that_appears_takes_over_without_a_failed_request()
    {
        await using var appliance = await StartAsync();
        await using var calls = new LoadedCalls(appliance, callers: 2);
        await calls.AnsweredAsync(100);
        for (var version = 2; version <= 6; version++)
        {
            _repository.AddVersion("scale", version, OnnxModels.Scale(version));
            await FactorBecomesAsync(appliance, version);
            await calls.AnsweredAsync(50);
        }
        await calls.StopAsync();
        Assert.True(calls.Failures.Count == 0, string.Join("; ", calls.Failures.Distinct()));
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.ReadyVersionsAsync("scale")).SequenceEqual(["6"]), Limit, "the last version alone is ready");
    }

    [Fact]
    public async Task A_broken_version_changes_nothing_that_is_served_and_the_index_says_why()
    {
        await using var appliance = await StartAsync();
        _repository.AddVersion("scale", 2, [1, 2, 3]);
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.IndexAsync("scale")).Any(v => v is { Version: "2", State: "UNAVAILABLE" } && v.Reason.Contains("model.onnx", StringComparison.Ordinal)),
            Limit, "the index shows the broken version with the reason");
        Assert.Equal(["1"], await appliance.ReadyVersionsAsync("scale"));
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        // Mended, it is taken without any call.
        _repository.RemoveVersion("scale", 2);
        _repository.AddVersion("scale", 2, OnnxModels.Scale(7));
        await FactorBecomesAsync(appliance, 7);
    }

    [Fact]
    public async Task A_broken_configuration_changes_nothing_that_is_served()
    {
        await using var appliance = await StartAsync();
        _repository.WriteConfig("scale", "max_batch_size: oops");
        await Eventually.BecomesTrueAsync(() => appliance.Log.Contains("config.pbtxt:1:17"), Limit, "the log says what is wrong, with its line");
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        _repository.WriteConfig("scale", "max_batch_size: 3");
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.Inference.ModelConfigAsync(new() { Name = "scale" }, deadline: ApplianceCalls.Deadline)).Config.MaxBatchSize == 3,
            Limit, "the mended configuration is in force");
        Assert.Equal(2, await appliance.FactorAsync("scale"));
    }

    [Fact]
    public async Task Golden_rows_that_differ_refuse_the_version_and_the_one_before_serves_on()
    {
        await using var appliance = await StartAsync();
        _repository.AddVersion("scale", 2, ScaleManifest.Version("scale", 2, factor: 3, golden: 4));
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.IndexAsync("scale")).Any(v => v.Version == "2" && v.Reason.Contains("golden rows differ", StringComparison.Ordinal)),
            Limit, "the index says that golden rows differ");
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        _repository.AddVersion("scale", 3, ScaleManifest.Version("scale", 3, factor: 4, golden: 4));
        await FactorBecomesAsync(appliance, 4);
    }

    [Fact]
    public async Task A_model_that_is_taken_away_is_unloaded_and_one_that_appears_is_loaded()
    {
        await using var appliance = await StartAsync();
        _repository.AddModel("second", OnnxModels.Scale(9));
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.ReadyVersionsAsync("second")).Count == 1, Limit, "the new model is ready");
        Assert.Equal(9, await appliance.FactorAsync("second"));
        _repository.RemoveModel("second");
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.ReadyVersionsAsync("second")).Count == 0, Limit, "the model that went away is unloaded");
        Assert.NotEqual(StatusCode.OK, (await appliance.RefusalAsync(ScaleCalls.Request("second"))).StatusCode);
        Assert.Equal(2, await appliance.FactorAsync("scale"));
    }

    [Fact]
    public async Task A_version_that_is_written_in_place_is_not_taken_before_it_is_whole()
    {
        await using var appliance = await StartAsync();
        // Against the rules, as scp and cp write: the folder first, then half of the file, then all of it.
        var onnx = OnnxModels.Scale(8);
        var folder = Directory.CreateDirectory(_repository.VersionPath("scale", 2)).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), onnx[..(onnx.Length / 2)], TestContext.Current.CancellationToken);
        await Eventually.BecomesTrueAsync(
            async () => (await appliance.IndexAsync("scale")).Any(v => v is { Version: "2", State: "UNAVAILABLE" }), Limit, "the half is refused");
        Assert.Equal(2, await appliance.FactorAsync("scale"));
        await File.WriteAllBytesAsync(Path.Combine(folder, "model.onnx"), onnx, TestContext.Current.CancellationToken);
        await FactorBecomesAsync(appliance, 8);
    }

    private Task<ApplianceProcess> StartAsync() => ApplianceProcess.StartAsync(new ApplianceSettings
    {
        Repository = _repository.Path,
        ControlMode = "poll",
        Flags = ["--repository-poll-secs", "0.05"],
    });

    private static Task FactorBecomesAsync(ApplianceProcess appliance, float factor) => Eventually.BecomesTrueAsync(
        async () => await appliance.FactorAsync("scale") == factor, Limit, $"requests are answered with the factor {factor}");
}
