// Hot path: the unary GetOnlineFeatures call, from HTTP/2 stream to HTTP/2 stream.
using Appliance.Host.Codings;
using Appliance.Host.Rest;
using Appliance.Host.Security.Calls;
using Appliance.Host.Security.Keys;
using Appliance.Http2.Calls;
using Appliance.Inference;

namespace Appliance.Host.Grpc.Feast;

/// <summary>One GetOnlineFeatures call. A small one is answered on the thread that reads the connection, a large or packed one on the pool.</summary>
internal sealed class OnlineFeaturesCall(OnlineFeaturesCalls calls) : UnaryCall
{
    /// <summary>
    /// Bytes of a request up to which it is answered at once. 4 KiB: some 300 entities by number, whose rows take a few hundred microseconds; what
    /// takes longer must not keep the connection's other calls waiting.
    /// </summary>
    private const int InlineBytes = 4096;

    private OnlineFeaturesWork? _work;

    // How the answer is packed, and what it was packed to.
    private ContentCoding _coding;
    private PooledBuffer? _packed;

    private PooledBuffer Output => _packed ?? _work!.Answer.Output;

    protected override void Arriving()
    {
        var status = GrpcFraming.CheckArriving(Body, calls.Service.MaxMessageBytes, out var error);
        if (status != ScoreStatus.Ok) Refuse((int)status.ToGrpc(), error);
    }

    protected override void Run()
    {
        calls.Service.Stop.NoteCall();
        if (Caller is Principal { IsLimitedToModels: true } principal)
        {
            var refused = Refused.OfModel(principal, null);
            Refuse((int)refused.Reason.ToGrpc(), refused.Message);
            return;
        }
        var status = GrpcFraming.ReadSingle(Body, calls.Service.MaxMessageBytes, GrpcEncoding, out var message, out var isPacked, out var error);
        if (GrpcEncoding is not null) _coding = GrpcFraming.ReplyCoding(GrpcEncoding, GrpcAcceptEncoding);
        if (status != ScoreStatus.Ok) Refuse((int)status.ToGrpc(), error, GrpcFraming.TrailersOf(status));
        else if (isPacked || _coding != ContentCoding.Identity || message.Length > InlineBytes) ThreadPool.UnsafeQueueUserWorkItem(static call => call.RunLater(), this, preferLocal: false);
        else Answer(message);
    }

    // Reading is never so long that it is worth giving up.
    protected override void GiveUp()
    {
    }

    protected override void WriteMessage(Span<byte> message) => Output.Written.Span.CopyTo(message);

    protected override byte[] TakeMessage() => Output.Detach();

    protected override void Release()
    {
        if (_work is not null) calls.Service.Pool.Return(_work);
        _packed?.Dispose();
        _work = null;
        _packed = null;
        _coding = ContentCoding.Identity;
    }

    private void RunLater()
    {
        var status = GrpcFraming.ReadSingle(Body, calls.Service.MaxMessageBytes, GrpcEncoding, out var message, out var isPacked, out var error);
        byte[]? unpacked = null;
        if (status == ScoreStatus.Ok && isPacked)
        {
            status = GrpcFraming.Unpack(Body[GrpcFraming.PrefixBytes..], GrpcEncoding, calls.Service.MaxMessageBytes, out unpacked, out var length, out error);
            message = unpacked.AsMemory(0, length);
        }
        if (status == ScoreStatus.Ok) Answer(message);
        else Refuse((int)status.ToGrpc(), error);
        if (unpacked is not null) Inference.Tensors.RequestMemory.Instance.Return(unpacked);
        calls.Flush();
    }

    private void Answer(ReadOnlyMemory<byte> message)
    {
        _work = calls.Service.Pool.Get();
        var status = calls.Service.Answers.Answer(_work, message, out var error);
        if (status == ScoreStatus.Ok)
        {
            var whole = _work.Answer.Output;
            if (_coding != ContentCoding.Identity && whole.Length >= Packing.LeastBytes)
            {
                var packed = new PooledBuffer();
                if (GrpcFraming.TryPack(whole.Written.Span, _coding, packed)) _packed = packed;
            }
            if (_packed is null) Answer(whole.Length);
            else Answer(_packed.Length, ContentCodings.Name(_coding));
        }
        else Refuse((int)status.ToGrpc(), error);
    }
}
