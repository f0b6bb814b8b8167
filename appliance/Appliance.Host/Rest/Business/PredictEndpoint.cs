// Hot path: POST, once per request.
using System.Text;
using Appliance.Host.Tracing;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;
using Appliance.Scoring.Entities;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Business;

/// <summary><c>POST /api/predict/{modelName}</c>: named features in, named scores out, one row or many. Thread-safe.</summary>
internal sealed class PredictEndpoint(
    ScoringPipeline pipeline, StoredFeatures stored, ObjectPool<EnvelopeWriter> envelopes, IOptions<BusinessOptions> options, TimeProvider time)
{
    /// <summary>The route parameter that names the model.</summary>
    public const string ModelName = "modelName";

    private const string Explain = "explain";

    private readonly ObjectPool<PredictDecoder> _decoders = ObjectPool.Create<PredictDecoder>();
    private readonly BodyLimit _limit = options.Value.BodyLimit;
    private readonly PredictPath _path = new(pipeline, stored, options.Value.MaxJsonDepth);

    public async Task PostAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var body = RequestBody.Rent();
        int code;
        try
        {
            var read = await body.ReadAsync(context, _limit);
            (code, requestId) = read == ScoreStatus.Ok
                ? await ScoreAsync(context, body, envelope, requestId)
                : (Refuse(envelope, read, body.Error, requestId), requestId);
        }
        finally
        {
            RequestBody.Return(body);
        }
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private async ValueTask<(int Code, string RequestId)> ScoreAsync(
        HttpContext context, RequestBody body, EnvelopeWriter envelope, string requestId)
    {
        if (!pipeline.TryRent(out var entry))
        {
            return (Refuse(envelope, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage, requestId), requestId);
        }
        try
        {
            pipeline.Trace(entry, context.Request.Headers, "POST /api/predict/{modelName}");
            entry.ModelName = Encoding.UTF8.GetBytes((string)context.GetRouteValue(ModelName)!);
            var reply = new PredictReply(false, requestId, null);
            var status = ReadQuery(context.Request, entry, out var explain);
            if (status == ScoreStatus.Ok) status = RequestDeadline.Apply(context.Request, entry, pipeline.TimestampFrequency);
            if (status == ScoreStatus.Ok) status = Decode(body.Bytes.Span, context.Request.Headers, explain, entry, ref reply);
            if (status == ScoreStatus.Ok) status = await SubmitAsync(entry, context);
            var code = status.ToHttp();
            if (status == ScoreStatus.Ok) PredictAnswer.Write(envelope, entry, reply, time);
            else
            {
                RetryHint.WriteTo(context.Response.Headers, entry.RetryAfterMs);
                envelope.WriteError(code, OutcomeMessages.Of(entry, status), entry.ErrorField, reply.RequestId);
            }
            return (code, reply.RequestId);
        }
        finally
        {
            pipeline.Return(entry);
        }
    }

    // The server allocates a token when it is first asked for one: only a request that waits needs it.
    private ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, HttpContext context)
    {
        var submitted = pipeline.SubmitAsync(entry);
        return submitted.IsCompleted ? submitted : PipelineCancellation.AwaitAsync(submitted, entry, context.RequestAborted);
    }

    private static ScoreStatus ReadQuery(HttpRequest request, BatchEntry entry, out bool explain)
    {
        explain = false;
        // Parsing a query allocates; hardly a request has one.
        if (!request.QueryString.HasValue || request.Query[Explain] is not { Count: > 0 } asked || bool.TryParse(asked[0], out explain)) return ScoreStatus.Ok;
        return entry.Fail(ScoreStatus.InvalidArgument, $"{Explain} is \"{asked[0]}\"; it must be true or false", Explain);
    }

    private ScoreStatus Decode(ReadOnlySpan<byte> body, IHeaderDictionary headers, bool explain, BatchEntry entry, ref PredictReply reply)
    {
        var decoder = _decoders.Get();
        var status = decoder.Decode(body, headers, explain, entry, _path);
        reply = new PredictReply(decoder.IsArray, decoder.RequestId ?? reply.RequestId, decoder.Explanation);
        _decoders.Return(decoder);
        return status;
    }

    private static int Refuse(EnvelopeWriter envelope, ScoreStatus status, string message, string requestId)
    {
        var code = status.ToHttp();
        envelope.WriteError(code, message, null, requestId);
        return code;
    }
}
