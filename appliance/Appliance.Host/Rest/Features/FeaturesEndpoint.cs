// Hot path: /api/features, once per request.
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Host.Features;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using FeatureModel.Definitions;
using FeatureModel.Values;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Features;

/// <summary><c>/api/features</c>: the features of one entity by GET, of many by POST. Thread-safe.</summary>
internal sealed class FeaturesEndpoint(
    FeaturePlatform platform, FeaturePlans plans, FeatureOptions limits, ObjectPool<EnvelopeWriter> envelopes, IOptions<RestOptions> rest,
    IOptions<BusinessOptions> business)
{
    private readonly ObjectPool<FeatureReadCall> _calls = ObjectPool.Create<FeatureReadCall>();
    private readonly FeatureRequestReader _reader = new(ReadShape.Business, business.Value.MaxJsonDepth);
    private readonly RequestColumnReader _columns = new(ReadShape.Business, business.Value.MaxJsonDepth);
    private readonly BodyLimit _limit = rest.Value.BodyLimit;

    public async Task GetAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var call = _calls.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var begun = platform.Reads.Begin();
        var refusal = ReadQuery(context.Request.Query, call, out var planned) ?? ReadStore(call, planned!);
        if (refusal is null)
        {
            envelope.BeginData();
            FeatureAnswer.WriteOne(envelope.Json, call.Block, call.Rows, call.Rows.Count, planned!.Names, 0);
            envelope.End(requestId);
            Count(call, planned, begun);
        }
        var code = refusal is null ? StatusCodes.Status200OK : Refuse(envelope, refusal, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        _calls.Return(call);
        envelopes.Return(envelope);
    }

    public async Task PostAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var call = _calls.Get();
        var body = RequestBody.Rent();
        var requestId = RequestIdHeader.Of(context.Request);
        int code;
        try
        {
            var read = await body.ReadAsync(context, _limit);
            if (read == ScoreStatus.Ok)
            {
                code = await AnswerAsync(call, body.Bytes, envelope, requestId);
            }
            else
            {
                code = read.ToHttp();
                platform.Reads.Refused(ReadTransport.Rest);
                envelope.WriteError(code, body.Error, null, requestId);
            }
        }
        finally
        {
            RequestBody.Return(body);
        }
        await envelope.SendAsync(context.Response, code, requestId);
        _calls.Return(call);
        envelopes.Return(envelope);
    }

    private async ValueTask<int> AnswerAsync(FeatureReadCall call, ReadOnlyMemory<byte> body, EnvelopeWriter envelope, string requestId)
    {
        var begun = platform.Reads.Begin();
        if (TransportThread.IsLongBody(body.Length)) await TransportThread.LeaveAsync();
        var refusal = _reader.Read(body.Span, call.Request);
        if (refusal is null && !TransportThread.IsLongBody(body.Length) && TransportThread.AreManyRows(call.Request.Rows)) await TransportThread.LeaveAsync();
        PlannedFeatures? planned = null;
        refusal ??= ReadColumns(call, body.Span, out planned) ?? ReadStore(call, planned!);
        if (refusal is not null) return Refuse(envelope, refusal, requestId);
        envelope.BeginData();
        FeatureAnswer.WriteAll(envelope.Json, call.Block, call.Rows, call.Request.KeyColumns, planned!.Names);
        envelope.End(requestId);
        Count(call, planned, begun);
        return StatusCodes.Status200OK;
    }

    private RequestRefusal? ReadQuery(IQueryCollection query, FeatureReadCall call, out PlannedFeatures? planned)
    {
        planned = null;
        var request = call.Request;
        return FeatureQueryReader.Read(query, request)
            ?? FindEntity(request, out var entity)
            ?? FeatureQueryReader.ReadKeys(query, entity!, call.Rows)
            ?? FindPlan(request, entity, out planned);
    }

    private RequestRefusal? ReadColumns(FeatureReadCall call, ReadOnlySpan<byte> body, out PlannedFeatures? planned)
    {
        planned = null;
        var request = call.Request;
        if (request.Rows > limits.MaxEntities)
        {
            var field = request.Columns[0].Member == ReadMember.Ids ? "ids" : "entities";
            return new($"{field} has {request.Rows} entities; at most {limits.MaxEntities} are taken in one request", field);
        }
        EntityDefinition? entity = null;
        if (request.Entity is not null && FindEntity(request, out entity) is { } unknown) return unknown;
        if (request.HasIds)
        {
            if (entity!.JoinKeys.Count != 1)
            {
                return new($"ids is given; entity '{entity.Name}' has the join keys {string.Join(", ", entity.JoinKeys.Select(k => k.Name))}, so entities must have a column for each", "ids");
            }
            request.NameIds(entity.JoinKeys[0].Name);
        }
        return FindPlan(request, entity, out planned) ?? _columns.Read(body, request, planned!.Plan, call.Rows);
    }

    private RequestRefusal? FindEntity(FeatureReadRequest request, out EntityDefinition? entity)
    {
        var catalog = platform.Registry.State.Catalog;
        entity = catalog.Entity(request.Entity!);
        return entity is not null
            ? null
            : new($"entity is '{request.Entity}'; there is none of that name{catalog.Hint(DefinitionKind.Entity, request.Entity!)}", "entity", Unknown: true);
    }

    private RequestRefusal? FindPlan(FeatureReadRequest request, EntityDefinition? entity, out PlannedFeatures? planned)
    {
        var selection = request.Selection;
        var whole = selection.Kind == SelectionKind.Entity;
        Func<string[]> references = whole ? () => EntityViews.Of(entity!, platform.Catalog.Current) : selection.References;
        if (!plans.TryGet(selection.Key, selection.Kind == SelectionKind.Service, references, out planned, out var error))
        {
            // A list that is empty, and an entity without views, are no names that could be unknown.
            if (whole) return new($"entity '{entity!.Name}' has no feature views that need its join keys alone; features must name those that are asked for", "features");
            return new(error, selection.Kind == SelectionKind.Service ? "featureService" : "features", Unknown: !error.StartsWith("features is empty", StringComparison.Ordinal));
        }
        return planned.Names.Twice is { } twice ? new($"features has '{twice}' more than once; each must be asked for once", "features") : null;
    }

    private RequestRefusal? ReadStore(FeatureReadCall call, PlannedFeatures planned) =>
        MissingInput(call, planned.Plan) ?? (platform.Store.Read(planned.Plan, call.Rows, call.Block) is { } error ? ReadRowsRefusal.Of(call, planned.Plan) ?? new(error, null) : null);

    // Said here, where the way to send it is known: a query has no room for inputs.
    private static RequestRefusal? MissingInput(FeatureReadCall call, FeatureReadPlan plan)
    {
        foreach (var required in plan.Required)
        {
            if (required.IsKey || call.Rows.Find(required.Name) >= 0) continue;
            return new(
                $"requestInputs has no '{required.Name}', which feature view '{required.View}' needs as {required.Type.Name()}; POST /api/features takes it in requestInputs, "
                + "an array with a value for each entity", "requestInputs");
        }
        return null;
    }

    private void Count(FeatureReadCall call, PlannedFeatures planned, long begun)
    {
        planned.Counters.Count(call.Block);
        platform.Reads.Answered(ReadTransport.Rest, call.Block.Rows, begun);
    }

    private int Refuse(EnvelopeWriter envelope, RequestRefusal refusal, string requestId)
    {
        platform.Reads.Refused(ReadTransport.Rest);
        var code = refusal.Unknown ? StatusCodes.Status404NotFound : StatusCodes.Status400BadRequest;
        envelope.WriteError(code, refusal.Message, refusal.Field, requestId);
        return code;
    }
}
