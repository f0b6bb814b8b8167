using Contracts.Feast;
using Grpc.Core;

namespace Appliance.Host.Grpc.Feast;

/// <summary>What Feast's serving API has beside GetOnlineFeatures, which <see cref="OnlineFeaturesService"/> takes before it comes here.</summary>
internal sealed class FeastServingGrpcService : ServingService.ServingServiceBase
{
    public override Task<GetFeastServingInfoResponse> GetFeastServingInfo(GetFeastServingInfoRequest request, ServerCallContext context) =>
        Task.FromResult(new GetFeastServingInfoResponse { Version = ServerIdentity.Version });
}
