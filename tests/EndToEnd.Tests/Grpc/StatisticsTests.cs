using Contracts.Inference;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Wire;

namespace EndToEnd.Tests.Grpc;

/// <summary>ModelStatistics counts what was asked of a version.</summary>
public sealed class StatisticsTests(SharedAppliance shared)
{
    [Fact]
    public async Task Requests_rows_and_runs_are_counted()
    {
        var appliance = await shared.StartedAsync();
        var before = await appliance.StatisticsAsync("mlp");
        for (var i = 0; i < 5; i++) await appliance.InferAsync(Rows(3));

        var after = await appliance.StatisticsAsync("mlp");
        Assert.Equal("1", after.Version);
        Assert.Equal(15UL, after.InferenceCount - before.InferenceCount);
        Assert.Equal(5UL, after.ExecutionCount - before.ExecutionCount);
        Assert.Equal(5UL, after.InferenceStats.Success.Count - before.InferenceStats.Success.Count);
        Assert.Equal(before.InferenceStats.Fail.Count, after.InferenceStats.Fail.Count);
        Assert.True(after.InferenceStats.ComputeInfer.Ns > before.InferenceStats.ComputeInfer.Ns);
        Assert.True(after.InferenceStats.Success.Ns - before.InferenceStats.Success.Ns >= after.InferenceStats.ComputeInfer.Ns - before.InferenceStats.ComputeInfer.Ns);
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds((long)after.LastInference), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow.AddSeconds(1));
    }

    [Fact]
    public async Task Runs_are_counted_by_their_rows()
    {
        var appliance = await shared.StartedAsync();
        await appliance.InferAsync(Rows(11));
        var statistics = await appliance.StatisticsAsync("mlp");
        Assert.True(Assert.Single(statistics.BatchStats, b => b.BatchSize == 11).ComputeInfer.Count > 0);
    }

    [Fact]
    public async Task A_refused_request_counts_as_failed()
    {
        var appliance = await shared.StartedAsync();
        var before = await appliance.StatisticsAsync("add_sub_int32");
        await appliance.RefusalAsync(new ModelInferRequest { ModelName = "add_sub_int32" });
        var after = await appliance.StatisticsAsync("add_sub_int32");
        Assert.Equal(1UL, after.InferenceStats.Fail.Count - before.InferenceStats.Fail.Count);
        Assert.Equal(before.InferenceStats.Success.Count, after.InferenceStats.Success.Count);
    }

    [Fact]
    public async Task Without_a_name_every_version_of_every_model_is_reported()
    {
        var appliance = await shared.StartedAsync();
        var all = await appliance.Inference.ModelStatisticsAsync(new ModelStatisticsRequest(), deadline: ApplianceCalls.Deadline);
        Assert.Contains(all.ModelStats, s => s is { Name: "two_versions", Version: "1" });
        Assert.Contains(all.ModelStats, s => s is { Name: "two_versions", Version: "5" });
        Assert.Contains(all.ModelStats, s => s.Name == "mlp");
    }

    private static ModelInferRequest Rows(int rows) => InferMessages.Raw("mlp", TensorValue.OfFloats(OnnxModels.Input, [rows, 64], new float[rows * 64]));
}
