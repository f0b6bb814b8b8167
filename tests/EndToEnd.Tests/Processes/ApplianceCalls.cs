using Contracts.Inference;
using EndToEnd.Tests.Wire;
using Grpc.Core;

namespace EndToEnd.Tests.Processes;

/// <summary>The calls that most tests make, each bounded in time.</summary>
internal static class ApplianceCalls
{
    // Not a figure that anything is measured by: past it a call is lost.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public static DateTime Deadline => DateTime.UtcNow + Limit;

    public static async Task<ModelInferResponse> InferAsync(this ApplianceProcess appliance, ModelInferRequest request) =>
        await appliance.Inference.ModelInferAsync(request, deadline: Deadline);

    /// <summary>The tensors of an answer.</summary>
    public static async Task<IReadOnlyList<TensorValue>> OutputsAsync(this ApplianceProcess appliance, ModelInferRequest request) =>
        InferMessages.Outputs(await appliance.InferAsync(request));

    /// <summary>How a request is refused; fails the test if it is answered.</summary>
    public static Task<Status> RefusalAsync(this ApplianceProcess appliance, ModelInferRequest request) => RefusalAsync(() => appliance.InferAsync(request));

    public static async Task<Status> RefusalAsync(Func<Task> call) => (await Assert.ThrowsAsync<RpcException>(call)).Status;

    public static async Task LoadAsync(this ApplianceProcess appliance, string model) =>
        await appliance.Inference.RepositoryModelLoadAsync(new RepositoryModelLoadRequest { ModelName = model }, deadline: Deadline);

    public static async Task UnloadAsync(this ApplianceProcess appliance, string model) =>
        await appliance.Inference.RepositoryModelUnloadAsync(new RepositoryModelUnloadRequest { ModelName = model }, deadline: Deadline);

    /// <summary>What the index says of each version of a model; the version of one that nobody loaded is empty.</summary>
    public static async Task<IReadOnlyList<RepositoryIndexResponse.Types.ModelIndex>> IndexAsync(this ApplianceProcess appliance, string model)
    {
        var index = await appliance.Inference.RepositoryIndexAsync(new RepositoryIndexRequest(), deadline: Deadline);
        return [.. index.Models.Where(m => m.Name == model)];
    }

    /// <summary>The versions of a model that are ready.</summary>
    public static async Task<IReadOnlyList<string>> ReadyVersionsAsync(this ApplianceProcess appliance, string model) =>
        [.. (await appliance.IndexAsync(model)).Where(m => m.State == "READY").Select(m => m.Version)];

    public static async Task<ModelStatistics> StatisticsAsync(this ApplianceProcess appliance, string model)
    {
        var response = await appliance.Inference.ModelStatisticsAsync(new ModelStatisticsRequest { Name = model }, deadline: Deadline);
        return Assert.Single(response.ModelStats);
    }
}
