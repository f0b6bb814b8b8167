using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using System.Text;
using System.Threading.Channels;
using Appliance.Host.Codings;
using Appliance.Host.Security.Keys;
using Appliance.Host.Rest;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Host.Tracing;
using Appliance.Scoring;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Appliance.Host.Grpc;

/// <summary>
/// Serves <c>ModelStreamInfer</c>: any number of requests on one stream, answered in the order in which they came, up to a window of them
/// in flight. A request that fails is answered in-band; with the header <c>triton_grpc_error: true</c> it ends the stream with its status.
/// When the process stops, what was taken is answered and the stream ends as unavailable. Thread-safe.
/// </summary>
internal sealed class ModelStreamInferHandler(ScoringPipeline pipeline, GrpcOptions options, IHostApplicationLifetime lifetime)
{
    public const string Path = "/inference.GRPCInferenceService/ModelStreamInfer";

    // Answers are sent together while the next one is there already, up to so many bytes: what the transport lets lie unsent by itself.
    private const int SentTogether = 64 * 1024;

    public async Task HandleAsync(HttpContext context)
    {
        if (!IsGrpc(context.Request.Method, context.Request.Headers))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        GrpcReply.Begin(context.Features);
        // A caller of a stream sends when there is something to send.
        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } pace) pace.MinDataRate = null;
        var coding = GrpcFraming.ReplyCoding(context.Request.Headers.GrpcEncoding, Encoding.Latin1.GetBytes(context.Request.Headers["grpc-accept-encoding"].ToString()));
        if (coding != ContentCoding.Identity) context.Response.Headers.GrpcEncoding = ContentCodings.Name(coding);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var window = Channel.CreateBounded<InFlight>(new BoundedChannelOptions(options.StreamWindow) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(context, window.Writer, stop.Token);
        var ended = new StreamEnd(ScoreStatus.Ok, null);
        try
        {
            ended = await AnswerAsync(context, window.Reader, coding);
        }
        finally
        {
            // However the answering ended: no further request is taken, and those that were taken end before the call does.
            await stop.CancelAsync();
            await DrainAsync(window.Reader);
            var read = await reading;
            if (ended.Status == ScoreStatus.Ok) ended = read;
        }
        if (ended.Status == ScoreStatus.Ok) GrpcReply.EndOk(context.Features);
        else GrpcReply.EndWith(context.Features, ended.Status, ended.Error, ended.RetryAfterMs);
    }

    /// <summary>Takes requests until the caller sends no more, breaks off or does wrong, or until <paramref name="stop"/>.</summary>
    private async Task<StreamEnd> ReadAsync(HttpContext context, ChannelWriter<InFlight> window, CancellationToken stop)
    {
        var body = context.Request.BodyReader;
        var reader = new GrpcMessageReader(body);
        // The stream's deadline is that of each of its requests.
        var deadline = CallDeadline.Of(context.Request.Headers.GrpcTimeout, pipeline.Timestamp, pipeline.TimestampFrequency);
        try
        {
            string? encoding = context.Request.Headers.GrpcEncoding;
            // The first request was taken from the caller's budget as the stream was let in.
            var principal = context.Features.Get<Principal>();
            var isFirst = true;
            while (true)
            {
                // Only the wait for the next message is cut short: one that has begun is taken to its end.
                var next = await body.ReadAsync(stop);
                body.AdvanceTo(next.Buffer.Start);
                var status = await reader.ReadNextAsync(options.MaxMessageBytes, encoding);
                if (status != ScoreStatus.Ok) return new StreamEnd(status, reader.Error);
                if (reader.EndOfStream) return new StreamEnd(ScoreStatus.Ok, null);
                // Without the token: the window is emptied whatever happens, and what is submitted must get into it.
                await window.WriteAsync(Submit(reader.Message, reader.TakeMemory(), deadline, principal, isFirst, context), CancellationToken.None);
                isFirst = false;
            }
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            return new StreamEnd(ScoreStatus.ModelUnavailable, "the server is stopping");
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return new StreamEnd(ScoreStatus.Cancelled, "the stream was broken off");
        }
        finally
        {
            reader.Release();
            window.Complete();
        }
    }

    /// <summary>Answers until all requests are, or one fails that ends the stream, or the caller has gone.</summary>
    private async Task<StreamEnd> AnswerAsync(HttpContext context, ChannelReader<InFlight> window, ContentCoding coding)
    {
        var errorsEndStream = context.Request.Headers["triton_grpc_error"] == "true";
        var writer = context.Response.BodyWriter;
        var unsent = 0;
        await foreach (var request in window.ReadAllAsync(CancellationToken.None))
        {
            try
            {
                var status = await request.Answer;
                if (status != ScoreStatus.Ok && errorsEndStream)
                {
                    // The status goes behind the answers, so they must have begun their way.
                    if (unsent > 0) await TryFlushAsync(writer);
                    return new StreamEnd(status, request.Error, request.Entry?.RetryAfterMs ?? 0);
                }
                if (status == ScoreStatus.Ok && request.Entry!.WantsClasses) TopClasses.Apply(request.Entry);
                unsent += status == ScoreStatus.Ok ? WriteAnswer(writer, request.Entry!, coding) : WriteError(writer, request);
            }
            finally
            {
                request.Return(pipeline);
            }
            if (unsent < SentTogether && window.TryPeek(out var next) && next.Answer.IsCompleted) continue;
            if (!await TryFlushAsync(writer)) return new StreamEnd(ScoreStatus.Cancelled, "the stream was broken off");
            unsent = 0;
        }
        return new StreamEnd(ScoreStatus.Ok, null);
    }

    /// <summary>Gives back what is left of a stream that is not answered any more, once each has run.</summary>
    private async Task DrainAsync(ChannelReader<InFlight> window)
    {
        await foreach (var request in window.ReadAllAsync(CancellationToken.None))
        {
            await request.Answer;
            request.Return(pipeline);
        }
    }

    /// <summary>False once the caller is gone.</summary>
    private static async ValueTask<bool> TryFlushAsync(PipeWriter writer)
    {
        try
        {
            return !(await writer.FlushAsync()).IsCompleted;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            return false;
        }
    }

    private InFlight Submit(ReadOnlyMemory<byte> message, byte[] memory, long deadline, Principal? principal, bool isFirst, HttpContext context)
    {
        if (!pipeline.TryRent(out var entry)) return new InFlight(null, memory, new ValueTask<ScoreStatus>(ScoreStatus.Overloaded), default);
        // The stream's headers are those of each of its requests.
        pipeline.Trace(entry, context.Request.Headers, Path[1..]);
        var decoded = InferRequestDecoder.Decode(message, entry);
        if (decoded == ScoreStatus.Ok && principal is not null) decoded = isFirst ? principal.Permit(entry) : principal.PermitNext(entry);
        if (decoded == ScoreStatus.Ok) decoded = RoutingHeaders.Take(context.Request.Headers, entry);
        if (decoded != ScoreStatus.Ok) return new InFlight(entry, memory, new ValueTask<ScoreStatus>(decoded), default);
        entry.Deadline = deadline;
        var answer = pipeline.InferAsync(entry);
        // A caller who breaks the stream off leaves the queue with everything that still waits there.
        var hangUp = !answer.IsCompleted && entry.Model!.Batcher.WaitIsLong
            ? context.RequestAborted.UnsafeRegister(static e => ((BatchEntry)e!).Model!.Batcher.TryCancel((BatchEntry)e), entry)
            : default;
        return new InFlight(entry, memory, answer, hangUp);
    }

    /// <summary>Whether a request is a gRPC call at all; any other gets 415, as the protocol says.</summary>
    internal static bool IsGrpc(string method, IHeaderDictionary headers) =>
        HttpMethods.IsPost(method)
        && headers.ContentType is [{ } type] && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    /// <summary>Writes one ModelStreamInferResponse with an infer_response = 2. Returns its bytes.</summary>
    private static int WriteAnswer(IBufferWriter<byte> writer, BatchEntry entry, ContentCoding coding)
    {
        var size = InferResponseEncoder.SizeOf(entry);
        var total = GrpcFraming.PrefixBytes + Wire.LengthDelimitedSize(size);
        if (coding != ContentCoding.Identity && total >= Packing.LeastBytes) return WritePacked(writer, entry, coding, total, size);
        WriteWhole(entry, writer.GetSpan(total)[..total], size);
        writer.Advance(total);
        return total;
    }

    private static void WriteWhole(BatchEntry entry, Span<byte> framed, int size)
    {
        GrpcFraming.WritePrefix(framed);
        var message = framed[GrpcFraming.PrefixBytes..];
        InferResponseEncoder.Write(entry, message[Wire.WriteTagAndLength(message, 2, size)..]);
    }

    private static int WritePacked(IBufferWriter<byte> writer, BatchEntry entry, ContentCoding coding, int total, int size)
    {
        var framed = RequestMemory.Instance.Rent(total);
        using var packed = new PooledBuffer();
        WriteWhole(entry, framed.AsSpan(0, total), size);
        var smaller = GrpcFraming.TryPack(framed.AsSpan(0, total), coding, packed);
        writer.Write(smaller ? packed.Written.Span : framed.AsSpan(0, total));
        RequestMemory.Instance.Return(framed);
        return smaller ? packed.Length : total;
    }

    // One with an error_message = 1. The failed request's id goes along in an otherwise empty answer, so that the caller knows which one it was.
    private static int WriteError(IBufferWriter<byte> writer, InFlight request)
    {
        var text = Encoding.UTF8.GetBytes(request.Error ?? "the request failed");
        var id = request.Entry is null ? default : request.Entry.Id;
        var inner = id.IsEmpty ? 0 : Wire.LengthDelimitedSize(id.Length);
        var size = Wire.LengthDelimitedSize(text.Length) + (inner == 0 ? 0 : Wire.LengthDelimitedSize(inner));
        var span = writer.GetSpan(5 + size);
        span[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(span[1..], size);
        var at = 5 + Wire.WriteTagAndLength(span[5..], 1, text.Length);
        text.CopyTo(span[at..]);
        at += text.Length;
        if (inner > 0)
        {
            at += Wire.WriteTagAndLength(span[at..], 2, inner);
            at += Wire.WriteTagAndLength(span[at..], 3, id.Length);
            id.Span.CopyTo(span[at..]);
        }
        writer.Advance(5 + size);
        return 5 + size;
    }

    private readonly record struct StreamEnd(ScoreStatus Status, string? Error, int RetryAfterMs = 0);

    private sealed record InFlight(BatchEntry? Entry, byte[] Memory, ValueTask<ScoreStatus> Answer, CancellationTokenRegistration HangUp)
    {
        public string? Error => Entry is null ? ScoringPipeline.OverloadedMessage : Entry.Error;

        public void Return(ScoringPipeline pipeline)
        {
            // Before the entry goes back: another request may have it next.
            HangUp.Dispose();
            RequestMemory.Instance.Return(Memory);
            if (Entry is not null) pipeline.Return(Entry);
        }
    }
}
