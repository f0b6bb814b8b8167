// Hot path: Feast's /get-online-features, once per request.
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Host.Features;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Features;

/// <summary><c>POST /get-online-features</c>, as Feast's HTTP server has it. Thread-safe.</summary>
internal sealed class FeastReadEndpoint(
    FeaturePlatform platform, FeaturePlans plans, FeatureOptions limits, IOptions<RestOptions> rest, IOptions<BusinessOptions> business)
{
    private readonly ObjectPool<FeatureReadCall> _calls = ObjectPool.Create<FeatureReadCall>();
    private readonly FeatureRequestReader _reader = new(ReadShape.Feast, business.Value.MaxJsonDepth);
    private readonly RequestColumnReader _columns = new(ReadShape.Feast, business.Value.MaxJsonDepth);
    private readonly BodyLimit _limit = rest.Value.BodyLimit;

    public async Task PostAsync(HttpContext context)
    {
        var call = _calls.Get();
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, _limit);
            if (read == ScoreStatus.Ok) await AnswerAsync(context, call, body.Bytes);
            else await RefuseAsync(context, read == ScoreStatus.InvalidArgument ? StatusCodes.Status422UnprocessableEntity : read.ToHttp(), body.Error);
        }
        finally
        {
            RequestBody.Return(body);
            _calls.Return(call);
        }
    }

    private async Task AnswerAsync(HttpContext context, FeatureReadCall call, ReadOnlyMemory<byte> body)
    {
        var begun = platform.Reads.Begin();
        if (TransportThread.IsLongBody(body.Length)) await TransportThread.LeaveAsync();
        // The body itself, but where pandas had no value for an input.
        body = PythonJson.Read(body);
        var refusal = _reader.Read(body.Span, call.Request);
        if (refusal is null && !TransportThread.IsLongBody(body.Length) && TransportThread.AreManyRows(call.Request.Rows)) await TransportThread.LeaveAsync();
        PlannedFeatures? planned = null;
        refusal ??= Read(call, body.Span, out planned);
        if (refusal is not null)
        {
            platform.Reads.Refused(ReadTransport.FeastHttp);
            await FeastReply.RefuseAsync(context, refusal);
            return;
        }
        await JsonReply.SendAsync(context, StatusCodes.Status200OK, (call, planned: planned!), static (json, s) => FeastAnswer.Write(json, s.call, s.planned));
        planned!.Counters.Count(call.Block);
        platform.Reads.Answered(ReadTransport.FeastHttp, call.Block.Rows, begun);
    }

    private Task RefuseAsync(HttpContext context, int status, string message)
    {
        platform.Reads.Refused(ReadTransport.FeastHttp);
        return FeastReply.RefuseAsync(context, status, message);
    }

    private RequestRefusal? Read(FeatureReadCall call, ReadOnlySpan<byte> body, out PlannedFeatures? planned)
    {
        planned = null;
        var request = call.Request;
        if (request.Rows > limits.MaxEntities) return new($"entities has {request.Rows} entities; at most {limits.MaxEntities} are taken in one request", "entities");
        var selection = request.Selection;
        if (!plans.TryGet(selection.Key, selection.Kind == SelectionKind.Service, selection.References, out planned, out var error))
        {
            return new(error, null, Unknown: !error.StartsWith("features is empty", StringComparison.Ordinal));
        }
        if (!request.FullNames && planned.Header.Collision is { } collision) return new(collision, "features");
        if (_columns.Read(body, request, planned.Plan, call.Rows) is { } refusal) return refusal;
        if (platform.Store.Read(planned.Plan, call.Rows, call.Block) is { } unreadable) return new(unreadable, "entities");
        call.Rows.Keep(planned.EntityColumns);
        return null;
    }
}
