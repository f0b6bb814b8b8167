namespace Appliance.Http2.Calls;

/// <summary>How a unary call ends that is not answered.</summary>
/// <param name="Trailers">Further trailers, in ASCII, with names in lower case.</param>
public readonly record struct UnaryRefusal(int GrpcStatus, string? Message, KeyValuePair<string, string>[]? Trailers = null);
