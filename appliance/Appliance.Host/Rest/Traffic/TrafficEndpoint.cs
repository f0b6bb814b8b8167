using Appliance.Host.Rest.Business;
using Appliance.Host.Security.Calls;
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
            : envelopes.RefuseAsync(context, StatusCodes.Status404NotFound, $"Request for unknown model: '{model}' is not found");
    }

    public Task PutAsync(HttpContext context) => WithBodyAsync(context, body => TrafficBody.Parse(body, out var request) is { } fault
        ? Task.FromResult(Refused(fault))
        : control.SetAsync(ModelOf(context), request with { Author = CallAuthor.Of(context, request.Author) }, context.RequestAborted));

    public Task ClearAsync(HttpContext context) => WithBodyAsync(context, body => WhoBody.Parse(body, out var author, out var reason) is { } fault
        ? Task.FromResult(Refused(fault))
        : control.ClearAsync(ModelOf(context), CallAuthor.Of(context, author), reason, context.RequestAborted));

    private async Task WithBodyAsync(HttpContext context, Func<ReadOnlyMemory<byte>, Task<TrafficResult>> call)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, Limit);
            await AnswerAsync(context, read == ScoreStatus.Ok ? await call(body.Bytes) : new TrafficResult(read, null, body.Error));
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private static TrafficResult Refused(TrafficFault fault) => new(ScoreStatus.InvalidArgument, null, fault.Message, fault.Field.Length == 0 ? null : fault.Field);

    private Task AnswerAsync(HttpContext context, TrafficResult result) => result.Succeeded
        ? SendAsync(context, ModelOf(context))
        : envelopes.RefuseAsync(context, result.Status.ToHttp(), result.Error ?? result.Status.ToString(), result.Field);

    private Task SendAsync(HttpContext context, string model)
    {
        directory.TryFind(model, out var slot);
        return envelopes.SendAsync(context, json => TrafficJson.Write(json, model, slot, table));
    }

    private static string ModelOf(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}
