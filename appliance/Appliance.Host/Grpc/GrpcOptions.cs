namespace Appliance.Host.Grpc;

/// <summary>Settings of the gRPC transport.</summary>
public sealed class GrpcOptions
{
    public const string Section = "Grpc";

    /// <summary>Bytes of one message at most; a larger one is refused with RESOURCE_EXHAUSTED. 64 MiB: what clients of this protocol expect to be able to send.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>
    /// Messages of one stream, ModelStreamInfer or ScoreStream, that may be in the appliance at once; reading pauses beyond it.
    /// 64: enough to fill a batch of the default size from one stream.
    /// </summary>
    public int StreamWindow { get; set; } = 64;
}
