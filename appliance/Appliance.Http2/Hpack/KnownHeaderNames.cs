// Hot path: runs for each field whose name comes as a literal; names of table entries are looked up once, at their insertion.
namespace Appliance.Http2.Hpack;

/// <summary>Tells the names that the server looks at from all others.</summary>
internal static class KnownHeaderNames
{
    public static KnownHeader Find(ReadOnlySpan<byte> name) => name.Length switch
    {
        2 when name.SequenceEqual("te"u8) => KnownHeader.Te,
        5 when name.SequenceEqual(":path"u8) => KnownHeader.Path,
        7 when name.SequenceEqual(":method"u8) => KnownHeader.Method,
        7 when name.SequenceEqual(":scheme"u8) => KnownHeader.Scheme,
        7 when name.SequenceEqual(":status"u8) => KnownHeader.Status,
        9 when name.SequenceEqual("x-api-key"u8) => KnownHeader.ApiKey,
        10 when name.SequenceEqual(":authority"u8) => KnownHeader.Authority,
        10 when name.SequenceEqual("tracestate"u8) => KnownHeader.TraceState,
        11 when name.SequenceEqual("traceparent"u8) => KnownHeader.TraceParent,
        12 when name.SequenceEqual("x-caller-key"u8) => KnownHeader.CallerKey,
        12 when name.SequenceEqual("content-type"u8) => KnownHeader.ContentType,
        12 when name.SequenceEqual("grpc-timeout"u8) => KnownHeader.GrpcTimeout,
        13 when name.SequenceEqual("grpc-encoding"u8) => KnownHeader.GrpcEncoding,
        13 when name.SequenceEqual("authorization"u8) => KnownHeader.Authorization,
        14 when name.SequenceEqual("content-length"u8) => KnownHeader.ContentLength,
        15 when name.SequenceEqual("x-model-version"u8) => KnownHeader.ModelVersion,
        20 when name.SequenceEqual("grpc-accept-encoding"u8) => KnownHeader.GrpcAcceptEncoding,
        _ => KnownHeader.Other,
    };
}
