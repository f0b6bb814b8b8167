using Appliance.Http2.Calls;

namespace Appliance.Host.Grpc.Feast;

/// <summary>The GetOnlineFeatures calls of one connection: each is answered as soon as it is there.</summary>
internal sealed class OnlineFeaturesCalls(OnlineFeaturesService service) : UnaryCalls
{
    public OnlineFeaturesService Service => service;

    public override UnaryCall Create() => new OnlineFeaturesCall(this);

    public override void ArrivedAll()
    {
    }
}
