using System.Diagnostics;
using Appliance.Host.Security.Keys;

namespace Appliance.Host.Security.Calls;

/// <summary>
/// What each call of the appliance is, by its route or its gRPC name. A call that is not listed is one of administration: whoever adds a call
/// and forgets this file has not opened it to anybody.
/// </summary>
internal static class CallKinds
{
    // Method and pattern, as routes are mapped; a pattern without a method stands for all others of it.
    private static readonly Dictionary<string, CallKind> Routes = new(StringComparer.Ordinal)
    {
        ["/health/live"] = CallKind.Open,
        ["/health/ready"] = CallKind.Open,
        ["/health"] = CallKind.Open,
        ["/v2/health/live"] = CallKind.Open,
        ["/v2/health/ready"] = CallKind.Open,
        ["/openapi.json"] = CallKind.Open,
        ["/v1/models"] = CallKind.Read,
        ["/v1/models/{model}"] = CallKind.Open,
        ["/v1/models/{model}:predict"] = CallKind.Score,
        ["/v1/models/{model}:explain"] = CallKind.Open,
        ["/v2"] = CallKind.Read,
        ["/v2/models/stats"] = CallKind.Read,
        ["/v2/repository/index"] = CallKind.Read,
        ["/v2/repository/{repository}/index"] = CallKind.Read,
        ["/v2/repository/models/{model}/load"] = CallKind.Operate,
        ["/v2/repository/models/{model}/unload"] = CallKind.Operate,
        ["/v2/repository/{repository}/models/{model}/load"] = CallKind.Operate,
        ["/v2/repository/{repository}/models/{model}/unload"] = CallKind.Operate,
        ["POST /api/predict/{modelName}"] = CallKind.Score,
        ["GET /api/predict/{modelName}"] = CallKind.Read,
        ["GET /api/models"] = CallKind.Read,
        ["GET /api/models/{modelName}"] = CallKind.Read,
        ["DELETE /api/models/{modelName}"] = CallKind.Admin,
        ["PUT /api/models/{modelName}/versions/{version}"] = CallKind.Admin,
        ["DELETE /api/models/{modelName}/versions/{version}"] = CallKind.Admin,
        ["POST /api/models/{modelName}/pin"] = CallKind.Operate,
        ["POST /api/models/{modelName}/unpin"] = CallKind.Operate,
        ["POST /api/models/{modelName}/rollback"] = CallKind.Operate,
        ["GET /api/models/{modelName}/traffic"] = CallKind.Read,
        ["PUT /api/models/{modelName}/traffic"] = CallKind.Operate,
        ["POST /api/models/{modelName}/traffic/clear"] = CallKind.Operate,
        ["GET /api/models/{modelName}/rollout"] = CallKind.Read,
        ["POST /api/models/{modelName}/rollout"] = CallKind.Operate,
        ["POST /api/models/{modelName}/rollout/verdict"] = CallKind.Operate,
        ["POST /api/models/{modelName}/rollout/pause"] = CallKind.Operate,
        ["POST /api/models/{modelName}/rollout/resume"] = CallKind.Operate,
        ["POST /api/models/{modelName}/rollout/abort"] = CallKind.Operate,
        ["GET /api/features"] = CallKind.Score,
        ["POST /api/features"] = CallKind.Score,
        ["/get-online-features"] = CallKind.Score,
        ["/push"] = CallKind.Score,
        ["/write-to-online-store"] = CallKind.Score,
        ["POST /api/events"] = CallKind.Score,
        ["GET /api/feature-registry"] = CallKind.Read,
        ["POST /api/feature-registry/plan"] = CallKind.Read,
        ["POST /api/feature-registry/apply"] = CallKind.Admin,
        ["GET /api/feature-registry/{kind}/{name}"] = CallKind.Read,
        ["DELETE /api/feature-registry/{kind}/{name}"] = CallKind.Admin,
        ["GET /api/features/verify"] = CallKind.Read,
        ["POST /api/features/verify"] = CallKind.Operate,
        ["DELETE /api/features/verify"] = CallKind.Operate,
        ["GET /metrics"] = CallKind.Read,
    };

    // Of one model, below both of its prefixes.
    private static readonly Dictionary<string, CallKind> OfModel = new(StringComparer.Ordinal)
    {
        [""] = CallKind.Read,
        ["/ready"] = CallKind.Open,
        ["/config"] = CallKind.Read,
        ["/stats"] = CallKind.Read,
        ["/batches"] = CallKind.Read,
        ["/infer"] = CallKind.Score,
    };

    private static readonly string[] ModelPrefixes = ["/v2/models/{model}", "/v2/models/{model}/versions/{version}"];

    // Extensions that answer 501 whoever asks.
    private static readonly string[] Unsupported = ["generate", "generate_stream", "setting", "status", "register", "unregister", "logging"];

    private static readonly Dictionary<string, CallKind> Grpc = new(StringComparer.Ordinal)
    {
        ["inference.GRPCInferenceService/ServerLive"] = CallKind.Open,
        ["inference.GRPCInferenceService/ServerReady"] = CallKind.Open,
        ["inference.GRPCInferenceService/ModelReady"] = CallKind.Open,
        ["inference.GRPCInferenceService/ServerMetadata"] = CallKind.Read,
        ["inference.GRPCInferenceService/ModelMetadata"] = CallKind.Read,
        ["inference.GRPCInferenceService/ModelConfig"] = CallKind.Read,
        ["inference.GRPCInferenceService/ModelStatistics"] = CallKind.Read,
        ["inference.GRPCInferenceService/RepositoryIndex"] = CallKind.Read,
        ["inference.GRPCInferenceService/ModelInfer"] = CallKind.Score,
        ["inference.GRPCInferenceService/ModelStreamInfer"] = CallKind.Score,
        ["inference.GRPCInferenceService/RepositoryModelLoad"] = CallKind.Operate,
        ["inference.GRPCInferenceService/RepositoryModelUnload"] = CallKind.Operate,
        ["inference.GRPCInferenceService/SystemSharedMemoryStatus"] = CallKind.Open,
        ["inference.GRPCInferenceService/SystemSharedMemoryRegister"] = CallKind.Open,
        ["inference.GRPCInferenceService/SystemSharedMemoryUnregister"] = CallKind.Open,
        ["inference.GRPCInferenceService/CudaSharedMemoryStatus"] = CallKind.Open,
        ["inference.GRPCInferenceService/CudaSharedMemoryRegister"] = CallKind.Open,
        ["inference.GRPCInferenceService/CudaSharedMemoryUnregister"] = CallKind.Open,
        ["inference.GRPCInferenceService/TraceSetting"] = CallKind.Open,
        ["inference.GRPCInferenceService/LogSettings"] = CallKind.Open,
        ["grpc.health.v1.Health/Check"] = CallKind.Open,
        ["grpc.health.v1.Health/Watch"] = CallKind.Open,
        ["appliance.scoring.v1.Scoring/Score"] = CallKind.Score,
        ["appliance.scoring.v1.Scoring/ScoreStream"] = CallKind.Score,
        ["appliance.models.v1.ModelAdmin/ListVersions"] = CallKind.Read,
        ["appliance.models.v1.ModelAdmin/Pin"] = CallKind.Operate,
        ["appliance.models.v1.ModelAdmin/Unpin"] = CallKind.Operate,
        ["appliance.models.v1.ModelAdmin/Rollback"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/GetTraffic"] = CallKind.Read,
        ["appliance.traffic.v1.Traffic/SetTraffic"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/ClearTraffic"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/StartRollout"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/GetRollout"] = CallKind.Read,
        ["appliance.traffic.v1.Traffic/PauseRollout"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/ResumeRollout"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/AbortRollout"] = CallKind.Operate,
        ["appliance.traffic.v1.Traffic/GiveVerdict"] = CallKind.Operate,
        ["feast.serving.ServingService/GetFeastServingInfo"] = CallKind.Read,
        ["feast.serving.ServingService/GetOnlineFeatures"] = CallKind.Score,
        ["appliance.features.v1.FeatureRegistry/Plan"] = CallKind.Read,
        ["appliance.features.v1.FeatureRegistry/Apply"] = CallKind.Admin,
        ["appliance.features.v1.FeatureRegistry/List"] = CallKind.Read,
        ["appliance.features.v1.FeatureRegistry/Describe"] = CallKind.Read,
        ["appliance.features.v1.FeatureRegistry/Delete"] = CallKind.Admin,
        ["appliance.features.v1.FeatureVerification/Verify"] = CallKind.Operate,
        ["appliance.features.v1.Backfill/Run"] = CallKind.Admin,
        ["appliance.journal.v1.Journal/Append"] = CallKind.Score,
        ["appliance.journal.v1.Journal/Read"] = CallKind.Operate,
        ["appliance.journal.v1.Journal/RegisterReader"] = CallKind.Operate,
        ["appliance.journal.v1.Journal/AdvanceReader"] = CallKind.Operate,
        ["appliance.journal.v1.Journal/RemoveReader"] = CallKind.Operate,
        ["appliance.journal.v1.Journal/ListReaders"] = CallKind.Read,
        ["appliance.journal.v1.Journal/GetStatus"] = CallKind.Read,
    };

    /// <summary>What a REST route is; null for one that is not listed.</summary>
    /// <param name="pattern">As it is mapped.</param>
    /// <param name="method">Null for one that is mapped for all methods.</param>
    public static CallKind? OfRoute(string pattern, string? method)
    {
        pattern = "/" + pattern.Trim('/');
        // What catches all the rest, and what stands behind the methods of a route, only says that there is nothing.
        if (pattern.Contains("{**", StringComparison.Ordinal) || pattern.Contains("{unimplemented", StringComparison.Ordinal)) return CallKind.Open;
        if (method is not null && Routes.TryGetValue($"{method} {pattern}", out var kind)) return kind;
        if (Routes.TryGetValue(pattern, out kind)) return kind;
        if (method is null && Routes.Keys.Any(r => r.EndsWith(" " + pattern, StringComparison.Ordinal))) return CallKind.Open;
        foreach (var prefix in ModelPrefixes)
        {
            if (pattern.StartsWith(prefix, StringComparison.Ordinal) && OfModel.TryGetValue(pattern[prefix.Length..], out kind)) return kind;
        }
        return Unsupported.Contains(pattern[(pattern.LastIndexOf('/') + 1)..]) ? CallKind.Open : null;
    }

    /// <summary>What a gRPC call is; null for one that is not listed.</summary>
    /// <param name="fullName">Service and method, with or without the slash in front.</param>
    public static CallKind? OfGrpc(string fullName) => Grpc.TryGetValue(fullName.TrimStart('/'), out var kind) ? kind : null;

    /// <summary>The right that a call of a kind needs.</summary>
    public static Rights Needs(this CallKind kind) => kind switch
    {
        CallKind.Open => Rights.None,
        CallKind.Score => Rights.Score,
        CallKind.Read => Rights.Read,
        CallKind.Operate => Rights.Operate,
        CallKind.Admin => Rights.Admin,
        _ => throw new UnreachableException($"kind {kind}"),
    };

    /// <summary>Whether the call changes what is served, or hands out what others sent: it is written down, and taken from elsewhere only of known callers.</summary>
    public static bool IsAdministration(this CallKind kind) => kind >= CallKind.Operate;
}
