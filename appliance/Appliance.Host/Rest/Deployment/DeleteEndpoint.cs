using Appliance.Host.Rest.Business;
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

    private async Task DeleteAsync(HttpContext context, long version) => await SendAsync(context, await lifecycle.DeleteAsync(ModelOf(context), version, deployments));

    private async Task SendAsync(HttpContext context, AdminResult result)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var code = result.Status.ToHttp();
        if (result.Succeeded) Write(envelope, ModelOf(context), result, requestId);
        else envelope.WriteError(code, result.Error ?? result.Status.ToString(), result.Status == ScoreStatus.InvalidArgument ? DeployEndpoint.VersionName : null, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private static void Write(EnvelopeWriter envelope, string model, AdminResult result, string requestId)
    {
        envelope.BeginData();
        envelope.Json.WriteStartObject();
        envelope.Json.WriteString("model", model);
        envelope.Json.WriteNumber("version", result.Version);
        envelope.Json.WriteNumber("previousVersion", result.PreviousVersion);
        envelope.Json.WriteEndObject();
        envelope.End(requestId);
    }

    private static string ModelOf(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}
