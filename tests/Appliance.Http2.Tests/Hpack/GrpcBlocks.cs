namespace Appliance.Http2.Tests.Hpack;

/// <summary>What a gRPC client sends: its first request teaches the table, each later one is indices only.</summary>
internal static class GrpcBlocks
{
    public const int RepeatedFields = 8;

    public static readonly byte[] First =
    [
        0x83, // :method: POST
        0x86, // :scheme: http
        0x44, .. Blocks.Plain("/inference.GRPCInferenceService/ModelInfer"),
        0x41, .. Blocks.Plain("appliance.local:8001"),
        0x5F, .. Blocks.Plain("application/grpc"),
        .. Blocks.Added("te", "trailers"),
        .. Blocks.Added("grpc-accept-encoding", "identity, deflate, gzip"),
        0x7A, .. Blocks.Plain("grpc-python/1.51.1 grpc-c/29.0.0 (linux; chttp2)"),
    ];

    public static readonly byte[] Repeated = [0x83, 0x86, 0xC3, 0xC2, 0xC1, 0xC0, 0xBF, 0xBE];
}
