namespace Appliance.Http2.Calls;

/// <summary>How a unary call ends that is not answered.</summary>
/// <param name="RetryAfterMilliseconds">After which it is worth another try; 0 where nothing is said of that.</param>
public readonly record struct UnaryRefusal(int GrpcStatus, string? Message, int RetryAfterMilliseconds = 0)
{
    /// <summary>The trailer that gRPC clients with a retry policy wait by.</summary>
    public const string RetryTrailer = "grpc-retry-pushback-ms";
}
