// Hot path: POST, once per body of events.
using Appliance.Features;
using Appliance.Features.Journal;
using Appliance.Host.Rest.Business;
using Appliance.Inference;
using FeatureModel.Events;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Events;

/// <summary>
/// <c>POST /api/events</c>: one event, an array, or one a line. All of a body or none of it is taken, unless the disk stops in the middle; the answer
/// comes when what was taken is on the disk. Whoever repeats a body that was refused ends with each event once. Thread-safe.
/// </summary>
internal sealed class EventsEndpoint(FeaturePlatform platform, ObjectPool<EnvelopeWriter> envelopes, IOptions<RestOptions> rest)
{
    /// <summary>What a caller is told where events come from Kafka.</summary>
    public const string ReadsKafka = "this appliance reads its events from Kafka (Features:Kafka:BootstrapServers is set); produce them to its topics";

    private readonly ObjectPool<EventBody> _bodies = ObjectPool.Create<EventBody>();
    private readonly BodyLimit _limit = rest.Value.BodyLimit;

    public async Task PostAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var body = RequestBody.Rent();
        var events = _bodies.Get();
        int code;
        try
        {
            var read = await body.ReadAsync(context, _limit);
            if (read != ScoreStatus.Ok) code = Refuse(envelope, read.ToHttp(), body.Error, null, requestId);
            else if (platform.ReadsKafka) code = Refuse(envelope, StatusCodes.Status409Conflict, ReadsKafka, null, requestId);
            else if (!TryRead(body.Bytes.Span, events, out var message, out var field)) code = Refuse(envelope, StatusCodes.Status400BadRequest, message!, field, requestId);
            else code = await TakeAsync(context, events, envelope, requestId);
        }
        finally
        {
            RequestBody.Return(body);
            _bodies.Return(events);
        }
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private bool TryRead(ReadOnlySpan<byte> json, EventBody events, out string? message, out string? field)
    {
        field = null;
        if (!events.Records.TryAddJson(json, EventLimits.Default, 0, out var rejection))
        {
            message = rejection!.ToString();
            field = rejection.Member.Length > 0 ? rejection.Member : null;
            return false;
        }
        message = events.Records.Count == 0 ? "the body holds no event" : null;
        if (message is not null) return false;
        var catalog = platform.Catalog.Current;
        var rest = events.Records.Bytes;
        for (var i = 0; EventRecord.TryParse(rest, out var record); i++)
        {
            if (events.Screen.Refuse(catalog, record) is var (member, rule))
            {
                var place = events.Records.Count > 1 ? $"events[{i}]" : "event";
                message = $"{place}.{(member == "data" ? "" : member + " ")}{rule}.";
                field = member;
                return false;
            }
            rest = rest[record.Bytes.Length..];
        }
        return true;
    }

    private async ValueTask<int> TakeAsync(HttpContext context, EventBody events, EnvelopeWriter envelope, string requestId)
    {
        var outcome = platform.Journal.Append(events.Records.Bytes, events.Results, out var taken);
        var (last, duplicates) = Sum(events.Results[..taken]);
        if (taken > 0)
        {
            var durable = await platform.Journal.WaitDurableAsync(last, context.RequestAborted);
            if (outcome == JournalOutcome.Ok) outcome = durable;
        }
        if (outcome != JournalOutcome.Ok) return RefuseTaking(context, outcome, envelope, requestId);
        envelope.BeginData();
        envelope.Json.WriteStartObject();
        envelope.Json.WriteNumber("accepted"u8, taken - duplicates);
        envelope.Json.WriteNumber("duplicates"u8, duplicates);
        envelope.Json.WriteNumber("position"u8, last);
        envelope.Json.WriteEndObject();
        envelope.End(requestId);
        return StatusCodes.Status200OK;
    }

    private static (long Last, int Duplicates) Sum(ReadOnlySpan<JournalAppend> results)
    {
        var (last, duplicates) = (0L, 0);
        foreach (ref readonly var result in results)
        {
            last = Math.Max(last, result.Position);
            if (result.Duplicate) duplicates++;
        }
        return (last, duplicates);
    }

    private static int RefuseTaking(HttpContext context, JournalOutcome outcome, EnvelopeWriter envelope, string requestId)
    {
        var (code, message) = outcome switch
        {
            JournalOutcome.TooLarge => (StatusCodes.Status413PayloadTooLarge, "an event is larger than the journal takes"),
            JournalOutcome.InvalidRecord => (StatusCodes.Status400BadRequest, "an event cannot be kept"),
            JournalOutcome.Overloaded => (StatusCodes.Status503ServiceUnavailable, "the journal waits for the disk; send the body again, what was taken counts once"),
            JournalOutcome.DiskFull => (StatusCodes.Status503ServiceUnavailable, "the journal's disk is full; send the body again when it has room, what was taken counts once"),
            JournalOutcome.DiskFailed => (StatusCodes.Status503ServiceUnavailable, "the journal's disk refuses writes; send the body again, what was taken counts once"),
            _ => (StatusCodes.Status503ServiceUnavailable, "the appliance is stopping; send the body again, what was taken counts once"),
        };
        if (code == StatusCodes.Status503ServiceUnavailable) context.Response.Headers.RetryAfter = "1";
        return Refuse(envelope, code, message, null, requestId);
    }

    private static int Refuse(EnvelopeWriter envelope, int code, string message, string? field, string requestId)
    {
        envelope.WriteError(code, message, field, requestId);
        return code;
    }
}
