namespace Appliance.Http2.Hpack;

/// <summary>The header fields that the server itself looks at.</summary>
internal enum KnownHeader : byte
{
    Other,

    // Pseudo-header fields: RFC 9113, 8.3.
    Method,
    Scheme,
    Authority,
    Path,
    Status,

    ContentType,
    ContentLength,
    Te,
    GrpcTimeout,
    GrpcEncoding,
    GrpcAcceptEncoding,
    Authorization,
    ApiKey,

    // Of the services that unary calls are for.
    CallerKey,
    ModelVersion,
    TraceParent,
    TraceState,
}
