// Hot path: the unary ModelInfer call, from HTTP/2 stream to HTTP/2 stream.
using System.Text;
using Appliance.Host.Codings;
using Appliance.Host.Rest;
using Appliance.Host.Security.Keys;
using Appliance.Http2.Calls;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring;
using Appliance.Scoring.Traffic;

namespace Appliance.Host.Grpc;

/// <summary>One ModelInfer call: the request is read where the transport received it, the answer written where the transport sends it from.</summary>
internal sealed class ModelInferCall(ModelInferCalls calls) : UnaryCall
{
    // A slot of the call's own: the same memory request after request, still in the core's cache, which a common pool would not give.
    private readonly BatchEntry _entry = new();
    private bool _entered;

    // The form of the request that _entry holds between two, and where it lay; null for none.
    private RequestForm? _form;
    private long _formGeneration;
    private byte[]? _formMemory;

    // What a compressed request was unpacked to.
    private byte[]? _unpacked;

    // How the answer is packed, and what it was packed to.
    private ContentCoding _coding;
    private PooledBuffer? _packed;

    /// <summary>Ends the call with its request's outcome.</summary>
    public void Finish(ScoreStatus status)
    {
        if (status == ScoreStatus.Ok)
        {
            if (_entry.WantsClasses) TopClasses.Apply(_entry);
            var bytes = GrpcFraming.PrefixBytes + InferResponseEncoder.SizeOf(_entry);
            if (_coding == ContentCoding.Identity || bytes < Packing.LeastBytes) Answer(bytes);
            else _ = PackAsync(bytes);
        }
        else Refuse((int)status.ToGrpc(), OutcomeMessages.Of(_entry, status), RetryHint.Of(_entry.RetryAfterMs));
    }

    protected override void Arriving()
    {
        var status = GrpcFraming.CheckArriving(Body, calls.Service.MaxMessageBytes, out var error);
        if (status != ScoreStatus.Ok) Refuse(status, error);
    }

    protected override void Run()
    {
        if (GrpcEncoding is not null) _coding = GrpcFraming.ReplyCoding(GrpcEncoding, GrpcAcceptEncoding);
        var read = GrpcFraming.ReadSingle(Body, calls.Service.MaxMessageBytes, GrpcEncoding, out var message, out var isPacked, out var error);
        // Admitted only now that it is there whole: callers who are slow to send hold no place.
        if (read != ScoreStatus.Ok) Refuse((int)read.ToGrpc(), error, GrpcFraming.TrailersOf(read));
        else if (!(_entered = calls.Service.Pipeline.TryEnter(_entry, calls.Burst.Received))) Refuse(ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
        else if (isPacked) _ = UnpackAsync();
        else Submit(message, calls.Burst);
    }

    // A small message may unpack to a large one: that is no work for the thread that reads the connection, and not for all others at once.
    private async Task UnpackAsync()
    {
        await Packing.Room.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            Unpack();
        }
        finally
        {
            Packing.Room.Release();
        }
        calls.Flush();
    }

    private void Unpack()
    {
        ScoreStatus status;
        string? error;
        int length;
        try
        {
            status = GrpcFraming.Unpack(Body[GrpcFraming.PrefixBytes..], GrpcEncoding, calls.Service.MaxMessageBytes, out _unpacked, out length, out error);
        }
        catch (OutOfMemoryException)
        {
            Refuse(ScoreStatus.Overloaded, "there is no memory to unpack the message to");
            return;
        }
        if (status != ScoreStatus.Ok)
        {
            Refuse(status, error);
            return;
        }
        var alone = new RequestBurst(calls.Service.Pipeline);
        Submit(_unpacked.AsMemory(0, length), alone);
        alone.Submit();
    }

    // Whoever runs a batch has other requests to answer: packing is not his work.
    private async Task PackAsync(int bytes)
    {
        await Packing.Room.WaitAsync().ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var framed = RequestMemory.Instance.Rent(bytes);
        try
        {
            WriteWhole(framed.AsSpan(0, bytes));
            var packed = new PooledBuffer();
            if (GrpcFraming.TryPack(framed.AsSpan(0, bytes), _coding, packed)) _packed = packed;
        }
        finally
        {
            RequestMemory.Instance.Return(framed);
            Packing.Room.Release();
        }
        if (_packed is null) Answer(bytes);
        else Answer(_packed.Length, ContentCodings.Name(_coding));
        calls.Flush();
    }

    // The gate is held, as it is by whoever ends the call: the slot cannot become another request's meanwhile.
    protected override void GiveUp()
    {
        if (_entry.Model is { } model) model.Batcher.TryCancel(_entry);
    }

    protected override void WriteMessage(Span<byte> message)
    {
        if (_packed is null) WriteWhole(message);
        else _packed.Written.Span.CopyTo(message);
    }

    protected override byte[]? TakeMessage() => _packed?.Detach();

    private void WriteWhole(Span<byte> message)
    {
        GrpcFraming.WritePrefix(message);
        InferResponseEncoder.Write(_entry, message[GrpcFraming.PrefixBytes..]);
    }

    protected override void Release()
    {
        // Another version may have bound it otherwise than it was written: it is not what was kept any more.
        if (_entry.Status != ScoreStatus.Ok || !_entry.IsBoundAsWritten) _form = null;
        if (_entered) calls.Service.Pipeline.Leave(_entry, keepsRequest: _form is not null);
        if (_unpacked is not null) RequestMemory.Instance.Return(_unpacked);
        _packed?.Dispose();
        _entered = false;
        _unpacked = null;
        _packed = null;
        _coding = ContentCoding.Identity;
    }

    private void BeginTrace(IRequestTracer tracer)
    {
        Span<char> parent = stackalloc char[TraceParent.Length], state = stackalloc char[TraceState.Length];
        Encoding.Latin1.GetChars(TraceParent, parent);
        Encoding.Latin1.GetChars(TraceState, state);
        tracer.Begin(_entry, ModelInferService.Path[1..], parent, state);
    }

    private void Submit(ReadOnlyMemory<byte> message, RequestBurst burst)
    {
        if (calls.Service.Pipeline.Tracer is { } tracer) BeginTrace(tracer);
        // A forced version is noted where the request's own would be.
        var isAsLast = ModelVersion.IsEmpty && _unpacked is null && IsAsLast(message.Span);
        var status = isAsLast ? ScoreStatus.Ok : Decode(message);
        if (status == ScoreStatus.Ok && Caller is Principal principal) status = principal.Permit(_entry);
        if (status == ScoreStatus.Ok)
        {
            _entry.Deadline = CallDeadline.Of(GrpcTimeout, _entry.Timings.Received, calls.Service.Pipeline.TimestampFrequency);
            status = RequestRouting.Take(_entry, CallerKey, ModelVersion);
            if (status == ScoreStatus.Ok) status = burst.Add(_entry);
            if (status == ScoreStatus.Ok && !isAsLast && _unpacked is null && ModelVersion.IsEmpty) KeepForm(message.Span);
        }
        if (status != ScoreStatus.Ok) Finish(status);
    }

    private ScoreStatus Decode(ReadOnlyMemory<byte> message)
    {
        _entry.Waiter = calls;
        _entry.WaiterState = this;
        if (_form is not null) _entry.ForgetRequest();
        _form = null;
        return InferRequestDecoder.Decode(message, _entry);
    }

    // A message lies at the same place of its body always.
    private bool IsAsLast(ReadOnlySpan<byte> message) =>
        _form is not null && _form.Generation == _formGeneration && Body.Array == _formMemory && _form.Is(message);

    private void KeepForm(ReadOnlySpan<byte> message)
    {
        if (calls.Forms.Of(message, _entry) is not { } form) return;
        (_form, _formGeneration, _formMemory) = (form, form.Generation, Body.Array);
    }

    private void Refuse(ScoreStatus status, string? message) => Refuse((int)status.ToGrpc(), message);
}
