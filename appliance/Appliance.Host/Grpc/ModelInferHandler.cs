// Hot path: the unary ModelInfer call, from HTTP/2 stream to HTTP/2 stream.
using System.Buffers.Binary;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Grpc;

/// <summary>
/// Serves <c>/inference.GRPCInferenceService/ModelInfer</c> without the general gRPC machinery: the request is read where the
/// transport received it and the answer is written where the transport will send it from. Everything else of the service goes the general way.
/// </summary>
internal sealed class ModelInferHandler(ScoringPipeline pipeline, GrpcOptions options)
{
    public const string Path = "/inference.GRPCInferenceService/ModelInfer";

    private const int PrefixBytes = 5;

    private readonly DefaultObjectPool<GrpcMessageReader> _readers = new(new DefaultPooledObjectPolicy<GrpcMessageReader>(), maximumRetained: 1024);

    public Task HandleAsync(HttpContext context)
    {
        if (!IsGrpc(context))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }
        if (!pipeline.TryRent(out var entry))
        {
            GrpcReply.EndWith(context, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
            return Task.CompletedTask;
        }
        var reader = _readers.Get();
        reader.Start(context.Request.BodyReader);
        var read = reader.ReadSingleAsync(options.MaxMessageBytes, Encoding(context));
        if (!read.IsCompletedSuccessfully) return AwaitBodyAsync(context, reader, entry, read);
        var submitted = Submit(context, reader, entry, read.Result);
        if (!submitted.IsCompletedSuccessfully) return AwaitAnswerAsync(context, reader, entry, submitted);
        Finish(context, reader, entry, submitted.Result);
        return Task.CompletedTask;
    }

    private async Task AwaitBodyAsync(HttpContext context, GrpcMessageReader reader, BatchEntry entry, ValueTask<ScoreStatus> read)
    {
        try
        {
            var submitted = Submit(context, reader, entry, await read);
            await AwaitAnswerAsync(context, reader, entry, submitted);
        }
        catch (BadHttpRequestException e)
        {
            GrpcReply.EndWith(context, ScoreStatus.InvalidArgument, e.Message);
            Return(reader, entry);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller went away while sending: there is nobody to answer.
            Return(reader, entry);
        }
    }

    private async Task AwaitAnswerAsync(HttpContext context, GrpcMessageReader reader, BatchEntry entry, ValueTask<ScoreStatus> submitted)
    {
        ScoreStatus status;
        if (submitted.IsCompleted || !entry.Model!.Batcher.WaitIsLong) status = await submitted;
        else
        {
            using var registration = context.RequestAborted.UnsafeRegister(static e => Cancel((BatchEntry)e!), entry);
            status = await submitted;
        }
        Finish(context, reader, entry, status);
    }

    private ValueTask<ScoreStatus> Submit(HttpContext context, GrpcMessageReader reader, BatchEntry entry, ScoreStatus read)
    {
        if (read != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(entry.Fail(read, reader.Error!));
        var decoded = InferRequestDecoder.Decode(reader.Message, entry);
        if (decoded != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(decoded);
        var timeout = context.Request.Headers["grpc-timeout"];
        if (timeout.Count != 0 && GrpcTimeout.TryParse(timeout.ToString(), out var seconds))
        {
            entry.Deadline = entry.Timings.Received + (long)(seconds * pipeline.TimestampFrequency);
        }
        return pipeline.InferAsync(entry);
    }

    private void Finish(HttpContext context, GrpcMessageReader reader, BatchEntry entry, ScoreStatus status)
    {
        if (status == ScoreStatus.Ok)
        {
            GrpcReply.Begin(context);
            var writer = context.Response.BodyWriter;
            var prefix = writer.GetSpan(PrefixBytes);
            prefix[0] = 0;
            BinaryPrimitives.WriteInt32BigEndian(prefix[1..], InferResponseEncoder.SizeOf(entry));
            writer.Advance(PrefixBytes);
            InferResponseEncoder.Write(entry, writer);
            GrpcReply.EndOk(context);
        }
        else
        {
            GrpcReply.EndWith(context, status, entry.Error);
        }
        Return(reader, entry);
    }

    private void Return(GrpcMessageReader reader, BatchEntry entry)
    {
        reader.Release();
        _readers.Return(reader);
        pipeline.Return(entry);
    }

    private static void Cancel(BatchEntry entry) => entry.Model!.Batcher.TryCancel(entry);

    /// <summary>Whether a request is a gRPC call at all; any other gets 415, as the protocol says.</summary>
    internal static bool IsGrpc(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method)
        && context.Request.ContentType is { } type && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);

    private static string? Encoding(HttpContext context)
    {
        var header = context.Request.Headers["grpc-encoding"];
        return header.Count == 0 ? null : header.ToString();
    }
}
