using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Deployment;

/// <summary><c>PUT /api/models/{modelName}/versions/{version}</c>: a version's files come in, are loaded, warmed and routed to; or nothing has changed. Thread-safe.</summary>
internal sealed class DeployEndpoint(
    IModelLifecycle lifecycle, RepositoryDeployments deployments, ModelManagerOptions options, TransportOptions transport, ObjectPool<EnvelopeWriter> envelopes)
{
    /// <summary>The route parameter that names the version.</summary>
    public const string VersionName = "version";

    public async Task PutAsync(HttpContext context)
    {
        var (result, field) = await DeployAsync(context);
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var code = result.Status.ToHttp();
        if (result.Succeeded) Write(envelope, (string)context.GetRouteValue(PredictEndpoint.ModelName)!, result, requestId);
        else envelope.WriteError(code, result.Error ?? result.Status.ToString(), field, requestId);
        // What was not read cannot be told from another request.
        if (!result.Succeeded && HttpProtocol.IsHttp11(context.Request.Protocol)) context.Response.Headers.Connection = "close";
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    /// <summary>Reads the version of a path; gives what is wrong with it.</summary>
    public static bool TryReadVersion(HttpContext context, out long version, [NotNullWhen(false)] out string? problem)
    {
        var text = (string)context.GetRouteValue(VersionName)!;
        problem = ModelName.TryParseVersion(text, out version, out var rule) ? null : $"version is '{text}'; {rule}";
        return problem is null;
    }

    private async Task<(AdminResult Result, string? Field)> DeployAsync(HttpContext context)
    {
        if (!TryReadVersion(context, out var version, out var problem)) return (Refused(problem), VersionName);
        var model = (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
        try
        {
            if (!deployments.TryBegin(model, version, out var files, out problem)) return (Refused(problem), PredictEndpoint.ModelName);
            using (files)
            {
                var upload = new DeploymentUpload(files, (long)options.MaxUploadMegabytes << 20);
                var status = await upload.ReadAsync(context);
                return status == ScoreStatus.Ok ? (await lifecycle.DeployAsync(model, version, files), null) : (new AdminResult(status, upload.Error), upload.Field);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new AdminResult(ScoreStatus.Faulted, $"the repository cannot be written: {e.Message.Replace(Path.GetFullPath(options.Repository) + "/", "", StringComparison.Ordinal)}"), null);
        }
    }

    private void Write(EnvelopeWriter envelope, string model, AdminResult result, string requestId)
    {
        envelope.BeginData();
        envelope.Json.WriteStartObject();
        envelope.Json.WriteString("model", model);
        envelope.Json.WriteNumber("version", result.Version);
        envelope.Json.WriteNumber("previousVersion", result.PreviousVersion);
        // Where the same model is called by gRPC: a caller of REST cannot know it.
        if (transport is { AllowGrpc: true, GrpcPort: > 0 }) envelope.Json.WriteNumber("grpcPort", transport.GrpcPort);
        envelope.Json.WriteEndObject();
        envelope.End(requestId);
    }

    private static AdminResult Refused(string error) => new(ScoreStatus.InvalidArgument, error);
}
