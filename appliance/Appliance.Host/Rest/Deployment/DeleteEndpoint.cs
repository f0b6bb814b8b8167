using Appliance.Host.Rest.Business;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Deployment;

/// <summary><c>DELETE /api/models/{modelName}</c>, and of one of its versions: out of service and out of the repository. Thread-safe.</summary>
internal sealed class DeleteEndpoint(IModelLifecycle lifecycle, RepositoryDeployments deployments, ObjectPool<EnvelopeWriter> envelopes)
{
    public Task DeleteModelAsync(HttpContext context) => DeleteAsync(context, 0);

    public Task DeleteVersionAsync(HttpContext context) => DeployEndpoint.TryReadVersion(context, out var version, out var problem)
        ? DeleteAsync(context, version)
        : SendAsync(context, new AdminResult(ScoreStatus.InvalidArgument, problem));

    private async Task DeleteAsync(HttpContext context, long version) => await SendAsync(context, await lifecycle.DeleteAsync(ModelOf(context), version, CallAuthor.Of(context), deployments));

    private Task SendAsync(HttpContext context, AdminResult result) =>
        envelopes.SendRouteAsync(context, ModelOf(context), result, result.Status == ScoreStatus.InvalidArgument ? DeployEndpoint.VersionName : null);

    private static string ModelOf(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}
