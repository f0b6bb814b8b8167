// Hot path: the unary ModelInfer call, from HTTP/2 stream to HTTP/2 stream.
using Appliance.Http2.Calls;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>One ModelInfer call: the request is read where the transport received it, the answer written where the transport sends it from.</summary>
internal sealed class ModelInferCall(ModelInferCalls calls) : UnaryCall
{
    // The request's slot from its admission to the call's end, and what a compressed request was unpacked to.
    private BatchEntry? _entry;
    private byte[]? _unpacked;

    /// <summary>Ends the call with a request's outcome. The entry is the call's until then.</summary>
    public void Finish(BatchEntry entry, ScoreStatus status)
    {
        if (status == ScoreStatus.Ok) Answer(GrpcFraming.PrefixBytes + InferResponseEncoder.SizeOf(entry));
        else Refuse(status, OutcomeMessages.Of(entry, status));
    }

    protected override void Arriving()
    {
        var status = GrpcFraming.CheckArriving(Body, calls.Service.MaxMessageBytes, out var error);
        if (status != ScoreStatus.Ok) Refuse(status, error);
    }

    protected override void Run()
    {
        calls.Service.Stop.NoteCall();
        var read = GrpcFraming.ReadSingle(Body, calls.Service.MaxMessageBytes, GrpcEncoding, out var message, out _unpacked, out var error);
        // Admitted only now that it is there whole: callers who are slow to send hold no place.
        if (read != ScoreStatus.Ok) Refuse(read, error);
        else if (!calls.Service.Pipeline.TryRent(out _entry)) Refuse(ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
        else Submit(_entry, message);
    }

    // The gate is held, as it is by whoever ends the call: the entry cannot become another request's meanwhile.
    protected override void GiveUp()
    {
        if (_entry is { Model: { } model } entry) model.Batcher.TryCancel(entry);
    }

    protected override void WriteMessage(Span<byte> message)
    {
        GrpcFraming.WritePrefix(message);
        InferResponseEncoder.Write(_entry!, message[GrpcFraming.PrefixBytes..]);
    }

    protected override void Release()
    {
        if (_entry is not null) calls.Service.Pipeline.Return(_entry);
        if (_unpacked is not null) RequestMemory.Instance.Return(_unpacked);
        _entry = null;
        _unpacked = null;
    }

    private void Submit(BatchEntry entry, ReadOnlyMemory<byte> message)
    {
        entry.Waiter = calls;
        entry.WaiterState = this;
        var status = InferRequestDecoder.Decode(message, entry);
        if (status == ScoreStatus.Ok)
        {
            entry.Deadline = CallDeadline.Of(GrpcTimeout, entry.Timings.Received, calls.Service.Pipeline.TimestampFrequency);
            status = calls.Burst.Add(entry);
        }
        if (status != ScoreStatus.Ok) Finish(entry, status);
    }

    private void Refuse(ScoreStatus status, string? message) => Refuse((int)status.ToGrpc(), message);
}
