using System.Buffers;
using Appliance.Host.Health;
using Appliance.Http2.Calls;
using Appliance.Inference.Tensors;
using Appliance.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>
/// Serves <c>/inference.GRPCInferenceService/ModelInfer</c> where the transport takes requests apart, without the general gRPC machinery.
/// Everything else of the service goes the general way.
/// </summary>
internal sealed class ModelInferService(ScoringPipeline pipeline, GrpcOptions options, GracefulStop stop) : UnaryService
{
    public const string Path = "/inference.GRPCInferenceService/ModelInfer";

    private static ReadOnlySpan<byte> Utf8Path => "/inference.GRPCInferenceService/ModelInfer"u8;

    public override ArrayPool<byte> Memory => RequestMemory.Instance;

    public override bool ReadsTraces => pipeline.Tracer is not null;

    public ScoringPipeline Pipeline => pipeline;
    public GracefulStop Stop => stop;

    /// <summary>Bytes of a request at most.</summary>
    public int MaxMessageBytes => options.MaxMessageBytes;

    public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual(Utf8Path);

    public override UnaryCalls Open() => new ModelInferCalls(this);
}
