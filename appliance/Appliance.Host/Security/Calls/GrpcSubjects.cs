using Contracts.Features;
using Contracts.Inference;
using Contracts.Journal;
using Contracts.Models;
using Contracts.Scoring;
using Contracts.Traffic;

namespace Appliance.Host.Security.Calls;

/// <summary>What the messages of gRPC calls are about.</summary>
internal static class GrpcSubjects
{
    /// <summary>The one model that a request is about; null for one about none, or about all.</summary>
    public static string? ModelOf(object request) => request switch
    {
        ScoreRequest r => r.Model,
        ModelMetadataRequest r => r.Name,
        ModelConfigRequest r => r.Name,
        ModelStatisticsRequest r => r.Name,
        // KServe's clients put the model's name where Triton's put a repository's.
        RepositoryModelLoadRequest r => r.ModelName.Length > 0 ? r.ModelName : r.RepositoryName,
        RepositoryModelUnloadRequest r => r.ModelName.Length > 0 ? r.ModelName : r.RepositoryName,
        ListVersionsRequest r => r.Model,
        PinRequest r => r.Model,
        UnpinRequest r => r.Model,
        RollbackRequest r => r.Model,
        GetTrafficRequest r => r.Model,
        SetTrafficRequest r => r.Model,
        ClearTrafficRequest r => r.Model,
        StartRolloutRequest r => r.Model,
        GetRolloutRequest r => r.Model,
        ChangeRolloutRequest r => r.Model,
        GiveVerdictRequest r => r.Model,
        VerifyRequest r => r.Model,
        _ => null,
    };

    /// <summary>What the audit log says that a request is about; null for nothing in particular.</summary>
    public static string? Of(object request) => request switch
    {
        PinRequest r => $"model {r.Model} version {r.Version}",
        RegisterReaderRequest r => $"reader {r.Name}",
        AdvanceReaderRequest r => $"reader {r.Name}",
        RemoveReaderRequest r => $"reader {r.Name}",
        DeleteRequest r => $"{r.Kind} {r.Name}",
        _ => ModelOf(request) is { Length: > 0 } model ? $"model {model}" : null,
    };
}
