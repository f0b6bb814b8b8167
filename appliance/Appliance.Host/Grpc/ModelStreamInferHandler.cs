using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Tensors;
using Appliance.Scoring;

namespace Appliance.Host.Grpc;

/// <summary>
/// Serves <c>ModelStreamInfer</c>: any number of requests on one stream, answered in the order in which they came, up to a window of them
/// in flight. A request that fails is answered in-band; with the header <c>triton_grpc_error: true</c> it ends the stream with its status.
/// </summary>
internal sealed class ModelStreamInferHandler(ScoringPipeline pipeline, GrpcOptions options)
{
    public const string Path = "/inference.GRPCInferenceService/ModelStreamInfer";

    public async Task HandleAsync(HttpContext context)
    {
        if (!ModelInferHandler.IsGrpc(context.Request.Method, context.Request.Headers))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return;
        }
        GrpcReply.Begin(context.Features);
        var errorsEndStream = context.Request.Headers["triton_grpc_error"] == "true";
        var window = Channel.CreateBounded<InFlight>(new BoundedChannelOptions(options.StreamWindow) { SingleReader = true, SingleWriter = true });
        var reading = ReadAsync(context, window.Writer);
        var ended = (Status: ScoreStatus.Ok, Error: (string?)null);
        await foreach (var request in window.Reader.ReadAllAsync())
        {
            var status = await request.Answer;
            if (ended.Status == ScoreStatus.Ok)
            {
                if (status != ScoreStatus.Ok && errorsEndStream) ended = (status, request.Error);
                else await WriteAsync(context, request, status, flush: window.Reader.Count == 0);
            }
            request.Return(pipeline);
        }
        var (readStatus, readError) = await reading;
        if (ended.Status == ScoreStatus.Ok) ended = (readStatus, readError);
        if (ended.Status == ScoreStatus.Ok) GrpcReply.EndOk(context.Features);
        else GrpcReply.EndWith(context.Features, ended.Status, ended.Error);
    }

    private async Task<(ScoreStatus Status, string? Error)> ReadAsync(HttpContext context, ChannelWriter<InFlight> window)
    {
        var reader = new GrpcMessageReader(context.Request.BodyReader);
        try
        {
            string? encoding = context.Request.Headers.GrpcEncoding;
            while (true)
            {
                var status = await reader.ReadNextAsync(options.MaxMessageBytes, encoding);
                if (status != ScoreStatus.Ok) return (status, reader.Error);
                if (reader.EndOfStream) return (ScoreStatus.Ok, null);
                await window.WriteAsync(Submit(reader.Message, reader.TakeMemory(), context.RequestAborted));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or BadHttpRequestException)
        {
            return (ScoreStatus.Cancelled, "the stream was broken off");
        }
        finally
        {
            reader.Release();
            window.Complete();
        }
    }

    private InFlight Submit(ReadOnlyMemory<byte> message, byte[] memory, CancellationToken aborted)
    {
        if (!pipeline.TryRent(out var entry)) return new InFlight(null, memory, new ValueTask<ScoreStatus>(ScoreStatus.Overloaded), default);
        var decoded = InferRequestDecoder.Decode(message, entry);
        if (decoded != ScoreStatus.Ok) return new InFlight(entry, memory, new ValueTask<ScoreStatus>(decoded), default);
        var answer = pipeline.InferAsync(entry);
        // A caller who breaks the stream off leaves the queue with everything that still waits there.
        var hangUp = !answer.IsCompleted && entry.Model!.Batcher.WaitIsLong
            ? aborted.UnsafeRegister(static e => ((BatchEntry)e!).Model!.Batcher.TryCancel((BatchEntry)e), entry)
            : default;
        return new InFlight(entry, memory, answer, hangUp);
    }

    /// <summary>Writes one ModelStreamInferResponse: error_message = 1, infer_response = 2.</summary>
    private static async ValueTask WriteAsync(HttpContext context, InFlight request, ScoreStatus status, bool flush)
    {
        var writer = context.Response.BodyWriter;
        if (status == ScoreStatus.Ok) WriteAnswer(writer, request.Entry!);
        else WriteError(writer, request);
        if (!flush) return;
        try
        {
            await writer.FlushAsync();
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller is gone; the reader sees the same and ends the stream.
        }
    }

    private static void WriteAnswer(IBufferWriter<byte> writer, BatchEntry entry)
    {
        var size = InferResponseEncoder.SizeOf(entry);
        var head = writer.GetSpan(16);
        head[0] = 0;
        BinaryPrimitives.WriteInt32BigEndian(head[1..], Wire.LengthDelimitedSize(size));
        writer.Advance(5 + Wire.WriteTagAndLength(head[5..], 2, size));
        InferResponseEncoder.Write(entry, writer);
    }

    // The failed request's id goes along in an otherwise empty answer, so that the caller knows which one it was.
    private static void WriteError(IBufferWriter<byte> writer, InFlight request)
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
    }

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
