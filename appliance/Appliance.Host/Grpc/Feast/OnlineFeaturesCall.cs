// Hot path: the unary GetOnlineFeatures call, from HTTP/2 stream to HTTP/2 stream.
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
        if (status != ScoreStatus.Ok) Refuse((int)status.ToGrpc(), error);
        else if (isPacked || message.Length > InlineBytes) ThreadPool.UnsafeQueueUserWorkItem(static call => call.RunLater(), this, preferLocal: false);
        else Answer(message);
    }

    // Reading is never so long that it is worth giving up.
    protected override void GiveUp()
    {
    }

    protected override void WriteMessage(Span<byte> message) => _work!.Answer.Output.Written.Span.CopyTo(message);

    protected override byte[] TakeMessage() => _work!.Answer.Output.Detach();

    protected override void Release()
    {
        if (_work is not null) calls.Service.Pool.Return(_work);
        _work = null;
    }

    private void RunLater()
    {
        var status = GrpcFraming.ReadSingle(Body, calls.Service.MaxMessageBytes, GrpcEncoding, out var message, out var isPacked, out var error);
        byte[]? unpacked = null;
        if (status == ScoreStatus.Ok && isPacked)
        {
            status = GrpcFraming.Unpack(Body[GrpcFraming.PrefixBytes..], calls.Service.MaxMessageBytes, out unpacked, out var length, out error);
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
        if (status == ScoreStatus.Ok) Answer(_work.Answer.Output.Length);
        else Refuse((int)status.ToGrpc(), error);
    }
}
