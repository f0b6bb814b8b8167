using Appliance.Inference;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary>The one place where an outcome becomes a gRPC status.</summary>
internal static class GrpcStatusMapping
{
    public static StatusCode ToGrpc(this ScoreStatus status) => status switch
    {
        ScoreStatus.Ok => StatusCode.OK,
        ScoreStatus.InvalidArgument => StatusCode.InvalidArgument,
        ScoreStatus.NotFound => StatusCode.NotFound,
        ScoreStatus.ModelUnavailable => StatusCode.Unavailable,
        ScoreStatus.Overloaded => StatusCode.Unavailable,
        ScoreStatus.QueueTimeout => StatusCode.Unavailable,
        ScoreStatus.DeadlineExceeded => StatusCode.DeadlineExceeded,
        ScoreStatus.Cancelled => StatusCode.Cancelled,
        ScoreStatus.Faulted => StatusCode.Internal,
        ScoreStatus.Unsupported => StatusCode.Unimplemented,
        ScoreStatus.TooLarge => StatusCode.ResourceExhausted,
        ScoreStatus.Shed => StatusCode.ResourceExhausted,
        ScoreStatus.OverShare => StatusCode.Unavailable,
        ScoreStatus.FeaturesUnavailable => StatusCode.FailedPrecondition,
        ScoreStatus.NotAllowed => StatusCode.PermissionDenied,
        ScoreStatus.StandingQueue => StatusCode.ResourceExhausted,
        ScoreStatus.RateLimited => StatusCode.ResourceExhausted,
        ScoreStatus.UnknownCoding => StatusCode.Unimplemented,
        _ => throw new System.Diagnostics.UnreachableException($"status {status}"),
    };
}
