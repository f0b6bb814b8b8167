using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Contracts.Models;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary><c>appliance.models.v1.ModelAdmin</c>: the versions there are, and which of them is routed to. Thread-safe.</summary>
internal sealed class ModelAdminGrpcService(IModelLifecycle lifecycle, TrafficTable traffic) : ModelAdmin.ModelAdminBase
{
    public override Task<ListVersionsResponse> ListVersions(ListVersionsRequest request, ServerCallContext context)
    {
        var response = new ListVersionsResponse();
        foreach (var version in lifecycle.Index())
        {
            if (request.Model.Length == 0 || version.Model == request.Model) response.Versions.Add(ToMessage(version));
        }
        if (request.Model.Length > 0 && response.Versions.Count == 0)
        {
            throw new RpcException(new Status(StatusCode.NotFound, $"Request for unknown model: '{request.Model}' is not found"));
        }
        return Task.FromResult(response);
    }

    public override async Task<RouteResponse> Pin(PinRequest request, ServerCallContext context)
    {
        if (request.Version < 1)
        {
            throw new RpcException(new Status(StatusCode.InvalidArgument, $"version is {request.Version}; it must be a whole number from 1"));
        }
        return ToMessage(request.Model, await lifecycle.PinAsync(request.Model, request.Version, CallAuthor.Of(context), context.CancellationToken));
    }

    public override async Task<RouteResponse> Unpin(UnpinRequest request, ServerCallContext context) =>
        ToMessage(request.Model, await lifecycle.UnpinAsync(request.Model, context.CancellationToken));

    public override async Task<RouteResponse> Rollback(RollbackRequest request, ServerCallContext context) =>
        ToMessage(request.Model, await lifecycle.RollbackAsync(request.Model, CallAuthor.Of(context), context.CancellationToken));

    private VersionStatus ToMessage(ModelVersionStatus version) => new()
    {
        Model = version.Model,
        Version = version.Version,
        State = version.State.Name(),
        Reason = version.Reason,
        TrafficBasisPoints = traffic.ShareOf(version.Model, version.Version),
        Pinned = version.Pinned,
    };

    private static RouteResponse ToMessage(string model, AdminResult result) => result.Succeeded
        ? new RouteResponse { Model = model, Version = result.Version, PreviousVersion = result.PreviousVersion }
        : throw new RpcException(new Status(result.Status.ToGrpc(), result.Error ?? result.Status.ToString()));
}
