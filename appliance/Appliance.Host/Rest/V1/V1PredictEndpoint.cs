// Hot path of callers that speak KServe's first protocol.
using System.Text;
using Appliance.Host.Rest.V2;
using Appliance.Host.Tracing;
using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Scoring;

namespace Appliance.Host.Rest.V1;

/// <summary><c>POST /v1/models/{model}:predict</c>: instances in, predictions out, or the same by columns. Thread-safe.</summary>
internal sealed class V1PredictEndpoint(ScoringPipeline pipeline, BodyLimit limit)
{
    public async Task HandleAsync(HttpContext context)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, limit);
            if (read != ScoreStatus.Ok) await V2Error.SendAsync(context, read, body.Error);
            else if (!pipeline.TryRent(out var entry)) await V2Error.SendAsync(context, ScoreStatus.Overloaded, ScoringPipeline.OverloadedMessage);
            else await PredictAsync(context, body, entry);
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private async Task PredictAsync(HttpContext context, RequestBody body, BatchEntry entry)
    {
        // Gathered here: what a row says of an input, one row after the other.
        using var columns = new V1Columns();
        try
        {
            pipeline.Trace(entry, context.Request.Headers, "POST /v1/models/{model}:predict");
            var status = Decode(context, body, entry, columns, out var byColumns);
            if (status == ScoreStatus.Ok) status = await SubmitAsync(entry, context);
            if (status == ScoreStatus.Ok && V1Answer.Refusal(entry, byColumns) is { } refusal) status = entry.Fail(ScoreStatus.InvalidArgument, refusal);
            if (status == ScoreStatus.Ok)
            {
                await JsonReply.SendAsync(context, StatusCodes.Status200OK, (entry, byColumns), static (json, s) => V1Answer.Write(json, s.entry, s.byColumns));
                return;
            }
            RetryHint.WriteTo(context.Response.Headers, entry.RetryAfterMs);
            await V2Error.SendAsync(context, status, entry.Error);
        }
        finally
        {
            pipeline.Return(entry);
        }
    }

    private ScoreStatus Decode(HttpContext context, RequestBody body, BatchEntry entry, V1Columns columns, out bool byColumns)
    {
        byColumns = false;
        entry.ModelName = Encoding.UTF8.GetBytes((string)context.Request.RouteValues["model"]!);
        var status = RoutingHeaders.Take(context.Request.Headers, entry);
        if (status == ScoreStatus.Ok) status = RequestDeadline.Apply(context.Request, entry, pipeline.TimestampFrequency);
        if (status == ScoreStatus.Ok) status = pipeline.TryAcquire(entry);
        if (status != ScoreStatus.Ok) return status;
        status = V1Decoder.Decode(entry, body.Bytes, columns, out byColumns);
        return status == ScoreStatus.Ok ? status : pipeline.Abandon(entry, status);
    }

    private ValueTask<ScoreStatus> SubmitAsync(BatchEntry entry, HttpContext context)
    {
        var submitted = pipeline.SubmitAsync(entry);
        return submitted.IsCompleted ? submitted : PipelineCancellation.AwaitAsync(submitted, entry, context.RequestAborted);
    }
}
