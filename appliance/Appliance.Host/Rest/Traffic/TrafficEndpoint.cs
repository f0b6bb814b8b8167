using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Traffic;

/// <summary><c>/api/models/{modelName}/traffic</c>: how a model's requests are split, and what its versions did. Thread-safe.</summary>
internal sealed class TrafficEndpoint(TrafficControl control, TrafficTable table, ModelDirectory directory, ObjectPool<EnvelopeWriter> envelopes)
{
    // Sixteen arms, four shadows and a reason of a thousand characters.
    private static readonly BodyLimit Limit = new(16 * 1024, "a split of requests");

    public Task GetAsync(HttpContext context)
    {
        var model = ModelOf(context);
        return directory.TryFind(model, out _)
            ? SendAsync(context, model)
            : RefuseAsync(context, ScoreStatus.NotFound, $"Request for unknown model: '{model}' is not found", null);
    }

    public async Task PutAsync(HttpContext context)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, Limit);
            if (read != ScoreStatus.Ok) await RefuseAsync(context, read, body.Error, null);
            else if (TrafficBody.Parse(body.Bytes, out var request) is { } fault) await RefuseAsync(context, ScoreStatus.InvalidArgument, fault.Message, fault.Field.Length == 0 ? null : fault.Field);
            else await AnswerAsync(context, await control.SetAsync(ModelOf(context), request, context.RequestAborted));
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var query = context.Request.Query;
        await AnswerAsync(context, await control.ClearAsync(ModelOf(context), query["author"].ToString(), query["reason"].ToString(), context.RequestAborted));
    }

    private Task AnswerAsync(HttpContext context, TrafficResult result) => result.Succeeded
        ? SendAsync(context, ModelOf(context))
        : RefuseAsync(context, result.Status, result.Error ?? result.Status.ToString(), result.Field);

    private async Task SendAsync(HttpContext context, string model)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.BeginData();
        directory.TryFind(model, out var slot);
        TrafficJson.Write(envelope.Json, model, slot, table);
        envelope.End(requestId);
        await envelope.SendAsync(context.Response, StatusCodes.Status200OK, requestId);
        envelopes.Return(envelope);
    }

    private async Task RefuseAsync(HttpContext context, ScoreStatus status, string message, string? field)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.WriteError(status.ToHttp(), message, field, requestId);
        await envelope.SendAsync(context.Response, status.ToHttp(), requestId);
        envelopes.Return(envelope);
    }

    private static string ModelOf(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}
