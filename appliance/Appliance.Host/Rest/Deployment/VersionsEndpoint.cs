using Appliance.Host.Rest.Business;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Deployment;

/// <summary><c>GET /api/models/{modelName}</c>: every version of one model, those in the repository that nobody loads among them. Thread-safe.</summary>
internal sealed class VersionsEndpoint(IModelLifecycle lifecycle, RepositoryDeployments deployments, ObjectPool<EnvelopeWriter> envelopes)
{
    public async Task GetAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var code = Write(envelope, (string)context.GetRouteValue(PredictEndpoint.ModelName)!, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private int Write(EnvelopeWriter envelope, string model, string requestId)
    {
        var known = lifecycle.Index().Where(v => v.Model == model).ToList();
        try
        {
            var unloaded = deployments.Versions(model).Except(known.Select(v => v.Version)).ToArray();
            known.AddRange(unloaded.Select(v => new ModelVersionStatus(model, v, ModelState.Discovered, "", Routed: false, Pinned: false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What is served is known all the same.
        }
        if (known.Any(v => v.Version != 0)) known.RemoveAll(v => v is { Version: 0, State: ModelState.Discovered });
        if (known.Count == 0)
        {
            envelope.WriteError(StatusCodes.Status404NotFound, $"Request for unknown model: '{model}' is not found", null, requestId);
            return StatusCodes.Status404NotFound;
        }
        envelope.BeginData();
        envelope.Json.WriteStartArray();
        foreach (var version in known.OrderBy(v => v.Version)) ModelsEndpoint.WriteVersion(envelope.Json, version);
        envelope.Json.WriteEndArray();
        envelope.End(requestId);
        return StatusCodes.Status200OK;
    }
}
