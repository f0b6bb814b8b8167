using Appliance.Host.Health;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using Appliance.Scoring.Traffic;
using Contracts.Inference;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary>
/// The calls of <c>inference.GRPCInferenceService</c> that are not on the request path; ModelInfer and ModelStreamInfer have handlers of
/// their own. Shared memory, tracing and log settings answer UNIMPLEMENTED.
/// </summary>
internal sealed class InferenceGrpcService(ModelManager manager, ModelDirectory directory, TrafficTable traffic, Readiness readiness)
    : GRPCInferenceService.GRPCInferenceServiceBase
{
    public override Task<ServerLiveResponse> ServerLive(ServerLiveRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerLiveResponse { Live = true });

    public override Task<ServerReadyResponse> ServerReady(ServerReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerReadyResponse { Ready = readiness.Ready });

    public override Task<ServerMetadataResponse> ServerMetadata(ServerMetadataRequest request, ServerCallContext context) =>
        Task.FromResult(new ServerMetadataResponse { Name = ServerIdentity.Name, Version = ServerIdentity.Version, Extensions = { ServerIdentity.Extensions } });

    // One that nobody knows is not ready, as one that is not loaded: clients of this protocol ask before they load.
    public override Task<ModelReadyResponse> ModelReady(ModelReadyRequest request, ServerCallContext context) =>
        Task.FromResult(new ModelReadyResponse { Ready = directory.TryFind(request.Name, out var slot) && Find(slot, request.Version) is not null });

    public override Task<ModelMetadataResponse> ModelMetadata(ModelMetadataRequest request, ServerCallContext context)
    {
        var model = FindReady(request.Name, request.Version);
        directory.TryFind(request.Name, out var slot);
        var response = new ModelMetadataResponse { Name = model.Name, Platform = model.Config.Platform };
        response.Versions.AddRange(slot!.Ready.Select(m => m.VersionText).Reverse());
        response.Inputs.AddRange(model.Signature.Inputs.Select(Describe));
        response.Outputs.AddRange(model.Signature.Outputs.Select(Describe));
        return Task.FromResult(response);
    }

    public override Task<ModelConfigResponse> ModelConfig(ModelConfigRequest request, ServerCallContext context) =>
        Task.FromResult(new ModelConfigResponse { Config = FindReady(request.Name, request.Version).Config });

    public override Task<ModelStatisticsResponse> ModelStatistics(ModelStatisticsRequest request, ServerCallContext context)
    {
        var response = new ModelStatisticsResponse();
        if (request.Name.Length == 0)
        {
            response.ModelStats.AddRange(directory.Slots.SelectMany(s => s.Ready.Reverse()).Select(StatisticsMapping.ToWire));
        }
        else if (request.Version.Length > 0)
        {
            response.ModelStats.Add(StatisticsMapping.ToWire(FindReady(request.Name, request.Version)));
        }
        else
        {
            if (!directory.TryFind(request.Name, out var slot) || slot.Ready.Count == 0) throw UnknownModel(request.Name, "");
            response.ModelStats.AddRange(slot.Ready.Reverse().Select(StatisticsMapping.ToWire));
        }
        return Task.FromResult(response);
    }

    public override Task<RepositoryIndexResponse> RepositoryIndex(RepositoryIndexRequest request, ServerCallContext context)
    {
        CheckRepository(request.RepositoryName);
        var response = new RepositoryIndexResponse();
        response.Models.AddRange(RepositoryIndexMapping.Entries(manager.Index(), request.Ready));
        return Task.FromResult(response);
    }

    public override async Task<RepositoryModelLoadResponse> RepositoryModelLoad(RepositoryModelLoadRequest request, ServerCallContext context)
    {
        var (name, kserve) = NameOf(request.RepositoryName, request.ModelName);
        var result = await manager.LoadAsync(name, Parameters(request), context.CancellationToken);
        ThrowIfFailed(result);
        return kserve ? new RepositoryModelLoadResponse { ModelName = name, IsLoaded = true } : new RepositoryModelLoadResponse();
    }

    public override async Task<RepositoryModelUnloadResponse> RepositoryModelUnload(RepositoryModelUnloadRequest request, ServerCallContext context)
    {
        var (name, kserve) = NameOf(request.RepositoryName, request.ModelName);
        var dependents = request.Parameters.TryGetValue("unload_dependents", out var flag) && flag.BoolParam;
        ThrowIfFailed(await manager.UnloadAsync(name, dependents, context.CancellationToken));
        return kserve ? new RepositoryModelUnloadResponse { ModelName = name, IsUnloaded = true } : new RepositoryModelUnloadResponse();
    }

    /// <summary>KServe's clients put the model's name where Triton's put a repository's.</summary>
    private static (string Name, bool KServe) NameOf(string first, string second)
    {
        if (second.Length == 0 && first.Length == 0) throw new RpcException(new Status(StatusCode.InvalidArgument, "model_name is empty"));
        if (second.Length == 0) return (first, true);
        CheckRepository(first);
        return (second, false);
    }

    private static void CheckRepository(string name)
    {
        if (name.Length > 0) throw new RpcException(new Status(StatusCode.Unimplemented, $"repository_name is '{name}'; there is one repository, without a name"));
    }

    private static LoadParameters Parameters(RepositoryModelLoadRequest request)
    {
        string? config = null;
        var files = new Dictionary<string, ReadOnlyMemory<byte>>();
        foreach (var (key, value) in request.Parameters)
        {
            if (key == "config" && value.ParameterChoiceCase == ModelRepositoryParameter.ParameterChoiceOneofCase.StringParam) config = value.StringParam;
            else if (key.StartsWith("file:", StringComparison.Ordinal) && value.ParameterChoiceCase == ModelRepositoryParameter.ParameterChoiceOneofCase.BytesParam)
            {
                files[key["file:".Length..]] = value.BytesParam.Memory;
            }
            else throw new RpcException(new Status(StatusCode.InvalidArgument, $"load parameter '{key}' is not one of: config (string), file:<version>/<name> (bytes)"));
        }
        return new LoadParameters(config, files);
    }

    private ServingModel FindReady(string name, string version)
    {
        if (directory.TryFind(name, out var slot) && Find(slot, version) is { } model) return model;
        throw UnknownModel(name, version);
    }

    private ServingModel? Find(ModelSlot slot, string version)
    {
        if (version.Length == 0) return slot.Find(traffic.MainVersion(slot.Name));
        return long.TryParse(version, out var number) && number > 0
            ? slot.Find(number)
            : throw new RpcException(new Status(StatusCode.InvalidArgument, $"version is '{version}'; it must be a whole number above 0"));
    }

    private static RpcException UnknownModel(string name, string version) => new(new Status(StatusCode.NotFound,
        version.Length == 0 ? $"Request for unknown model: '{name}' is not found" : $"Request for unknown model: '{name}' version {version} is not found"));

    private static void ThrowIfFailed(AdminResult result)
    {
        if (!result.Succeeded) throw new RpcException(new Status(result.Status.ToGrpc(), result.Error ?? ""));
    }

    private static ModelMetadataResponse.Types.TensorMetadata Describe(TensorSpec spec) =>
        new() { Name = spec.Name, Datatype = spec.Datatype.Name(), Shape = { spec.Shape } };
}
