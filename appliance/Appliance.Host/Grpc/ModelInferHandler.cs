// Hot path: the unary ModelInfer call, from HTTP/2 stream to HTTP/2 stream.
using System.IO.Pipelines;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Microsoft.AspNetCore.Http.Features;

namespace Appliance.Host.Grpc;

/// <summary>
/// Serves <c>/inference.GRPCInferenceService/ModelInfer</c> without the general gRPC machinery: the request is read where the
/// transport received it and the answer is written where the transport will send it from. Everything else of the service goes the general way.
/// </summary>
internal sealed class ModelInferHandler(ScoringPipeline pipeline, GrpcOptions options)
{
    public const string Path = "/inference.GRPCInferenceService/ModelInfer";

    /// <summary>Answers one call. A request is admitted once it is there whole: callers who are slow to send hold no place.</summary>
    public Task HandleAsync(IFeatureCollection call)
    {
        var request = call.GetRequiredFeature<IHttpRequestFeature>();
        if (!IsGrpc(request.Method, request.Headers))
        {
            call.GetRequiredFeature<IHttpResponseFeature>().StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }
        var body = call.GetRequiredFeature<IRequestBodyPipeFeature>().Reader;
        if (!GrpcMessageReader.TryReadWhole(body, options.MaxMessageBytes, out var message, out var end)) return AwaitBodyAsync(call, request, body);
        if (!pipeline.TryRent(out var entry))
        {
            body.AdvanceTo(end);
            GrpcReply.EndWith(call, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
            return Task.CompletedTask;
        }
        var submitted = Submit(request, message, entry);
        if (!submitted.IsCompletedSuccessfully) return AwaitAnswerAsync(call, body, end, entry, submitted);
        Finish(call, entry, submitted.Result);
        body.AdvanceTo(end);
        return Task.CompletedTask;
    }

    /// <summary>The message came in pieces, or it is not as it should be.</summary>
    private async Task AwaitBodyAsync(IFeatureCollection call, IHttpRequestFeature request, PipeReader body)
    {
        var reader = new GrpcMessageReader(body);
        try
        {
            var read = await reader.ReadSingleAsync(options.MaxMessageBytes, request.Headers.GrpcEncoding);
            if (read != ScoreStatus.Ok) GrpcReply.EndWith(call, read, reader.Error);
            else if (!pipeline.TryRent(out var entry)) GrpcReply.EndWith(call, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
            else Finish(call, entry, await AwaitAsync(call, entry, Submit(request, reader.Message, entry)));
        }
        catch (BadHttpRequestException e)
        {
            GrpcReply.EndWith(call, ScoreStatus.InvalidArgument, e.Message);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The caller went away while sending: there is nobody to answer.
        }
        finally
        {
            reader.Release();
        }
    }

    private async Task AwaitAnswerAsync(IFeatureCollection call, PipeReader body, SequencePosition end, BatchEntry entry, ValueTask<ScoreStatus> submitted)
    {
        Finish(call, entry, await AwaitAsync(call, entry, submitted));
        body.AdvanceTo(end);
    }

    // Most waits are too short for a caller to hang up in.
    private static ValueTask<ScoreStatus> AwaitAsync(IFeatureCollection call, BatchEntry entry, ValueTask<ScoreStatus> submitted) =>
        submitted.IsCompleted || !entry.Model!.Batcher.WaitIsLong
            ? submitted
            : PipelineCancellation.AwaitAsync(submitted, entry, call.GetRequiredFeature<IHttpRequestLifetimeFeature>().RequestAborted);

    private ValueTask<ScoreStatus> Submit(IHttpRequestFeature request, ReadOnlyMemory<byte> message, BatchEntry entry)
    {
        // What follows the answer here is its encoding into the transport's memory, and nothing that could wait.
        entry.ResumesInline = true;
        var decoded = InferRequestDecoder.Decode(message, entry);
        if (decoded != ScoreStatus.Ok) return new ValueTask<ScoreStatus>(decoded);
        entry.Deadline = CallDeadline.Of(request.Headers.GrpcTimeout, entry.Timings.Received, pipeline.TimestampFrequency);
        return pipeline.InferAsync(entry);
    }

    private void Finish(IFeatureCollection call, BatchEntry entry, ScoreStatus status)
    {
        try
        {
            if (status == ScoreStatus.Ok) Answer(call, entry);
            else GrpcReply.EndWith(call, status, OutcomeMessages.Of(entry, status));
        }
        finally
        {
            pipeline.Return(entry);
        }
    }

    private static void Answer(IFeatureCollection call, BatchEntry entry)
    {
        GrpcReply.Begin(call);
        InferResponseEncoder.WriteFramed(entry, call.GetRequiredFeature<IHttpResponseBodyFeature>().Writer);
        GrpcReply.EndOk(call);
    }

    /// <summary>Whether a request is a gRPC call at all; any other gets 415, as the protocol says.</summary>
    internal static bool IsGrpc(string method, IHeaderDictionary headers) =>
        HttpMethods.IsPost(method)
        && headers.ContentType is [{ } type] && type.StartsWith("application/grpc", StringComparison.OrdinalIgnoreCase);
}
