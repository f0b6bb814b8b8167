using System.Buffers;
using Appliance.Features;
using Appliance.Host.Features;
using Appliance.Host.Health;
using Appliance.Http2.Calls;
using Appliance.Inference.Tensors;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc.Feast;

/// <summary>Serves Feast's GetOnlineFeatures where the transport takes requests apart. Thread-safe.</summary>
internal sealed class OnlineFeaturesService(OnlineFeaturesAnswers answers, ObjectPool<OnlineFeaturesWork> pool, GrpcOptions options, GracefulStop stop) : UnaryService
{
    private static ReadOnlySpan<byte> Utf8Path => "/feast.serving.ServingService/GetOnlineFeatures"u8;

    public override ArrayPool<byte> Memory => RequestMemory.Instance;

    public OnlineFeaturesAnswers Answers => answers;

    public ObjectPool<OnlineFeaturesWork> Pool => pool;

    public GracefulStop Stop => stop;

    /// <summary>Bytes of a request at most.</summary>
    public int MaxMessageBytes => options.MaxMessageBytes;

    public override bool Serves(ReadOnlySpan<byte> path) => path.SequenceEqual(Utf8Path);

    public override UnaryCalls Open() => new OnlineFeaturesCalls(this);
}
