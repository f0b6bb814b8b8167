using System.Diagnostics.CodeAnalysis;
using Appliance.Host.Rest.Business;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Repository;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Deployment;

/// <summary>
/// <c>PUT /api/models/{modelName}/versions/{version}</c>: a version's files come in, are loaded, warmed and routed to, or with <c>?canary=1</c> get a hundredth of the requests;
/// or nothing has changed. Thread-safe.
/// </summary>
internal sealed class DeployEndpoint(
    IModelLifecycle lifecycle, TrafficControl control, RepositoryDeployments deployments, ModelManagerOptions options, TransportOptions transport, ObjectPool<EnvelopeWriter> envelopes)
{
    /// <summary>The route parameter that names the version.</summary>
    public const string VersionName = "version";

    public async Task PutAsync(HttpContext context)
    {
        var fault = DeployQuery.Read(context.Request.Query, CallAuthor.Of(context), out var query);
        query = query with { Author = CallAuthor.Of(context, query.Author) };
        var (result, field) = fault is { } wrong ? (Refused(wrong.Message), wrong.Field) : await DeployAsync(context, query);
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var code = result.Status.ToHttp();
        if (result.Succeeded) Write(envelope, (string)context.GetRouteValue(PredictEndpoint.ModelName)!, result, query, requestId);
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

    private async Task<(AdminResult Result, string? Field)> DeployAsync(HttpContext context, DeployQuery query)
    {
        if (!TryReadVersion(context, out var version, out var problem)) return (Refused(problem), VersionName);
        var model = (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
        if (query.BasisPoints > 0 && control.CheckCanary(model, version, query.BasisPoints, query.Author, query.Reason) is { } fault) return (Refused(fault.Message), fault.Field);
        try
        {
            if (!deployments.TryBegin(model, version, out var files, out problem)) return (Refused(problem), PredictEndpoint.ModelName);
            using (files)
            {
                var upload = new DeploymentUpload(files, (long)options.MaxUploadMegabytes << 20);
                var status = await upload.ReadAsync(context);
                if (status != ScoreStatus.Ok) return (new AdminResult(status, upload.Error), upload.Field);
                return query.BasisPoints > 0 ? await DeployCanaryAsync(model, version, query, files) : (await lifecycle.DeployAsync(model, version, query.Author, files), null);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (new AdminResult(ScoreStatus.Faulted, $"the repository cannot be written: {e.Message.Replace(Path.GetFullPath(options.Repository) + "/", "", StringComparison.Ordinal)}"), null);
        }
    }

    private async Task<(AdminResult Result, string? Field)> DeployCanaryAsync(string model, long version, DeployQuery query, DeployedFiles files)
    {
        var result = await control.DeployCanaryAsync(model, version, query.BasisPoints, query.Author, query.Reason, files);
        var rest = result.Setting?.Arms.FirstOrDefault(a => a.Version != version)?.Version ?? 0;
        return (new AdminResult(result.Status, result.Error, version, rest), result.Field);
    }

    private void Write(EnvelopeWriter envelope, string model, AdminResult result, DeployQuery query, string requestId)
    {
        envelope.BeginData();
        envelope.Json.WriteStartObject();
        envelope.Json.WriteString("model", model);
        envelope.Json.WriteNumber("version", result.Version);
        envelope.Json.WriteNumber("previousVersion", result.PreviousVersion);
        if (query.BasisPoints > 0) envelope.Json.WriteNumber("percent", Percent.Of(query.BasisPoints));
        // Where the same model is called by gRPC: a caller of REST cannot know it.
        if (transport is { AllowGrpc: true, GrpcPort: > 0 }) envelope.Json.WriteNumber("grpcPort", transport.GrpcPort);
        envelope.Json.WriteEndObject();
        envelope.End(requestId);
    }

    private static AdminResult Refused(string error) => new(ScoreStatus.InvalidArgument, error);
}
