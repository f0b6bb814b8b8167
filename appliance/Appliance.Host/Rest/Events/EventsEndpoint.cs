// Hot path: POST, once per body of events.
using Appliance.Features;
using Appliance.Features.Journal;
using Appliance.Host.Grpc.Journal;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Features;
using Appliance.Inference;
using FeatureModel.Events;
using Microsoft.Extensions.ObjectPool;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Events;

/// <summary>
/// <c>POST /api/events</c>: one event, an array, or one a line. All of a body or none of it is taken, unless the disk stops in the middle; the answer
/// comes when what was taken is on the disk. Whoever repeats a body that was refused ends with each event once. Thread-safe.
/// </summary>
internal sealed class EventsEndpoint(FeaturePlatform platform, ObjectPool<EventBatch> batches, ObjectPool<EnvelopeWriter> envelopes, IOptions<RestOptions> rest)
{
    /// <summary>What a caller is told where events come from Kafka.</summary>
    public const string ReadsKafka = "this appliance reads its events from Kafka (Features:Kafka:BootstrapServers is set); produce them to its topics";

    private readonly BodyLimit _limit = rest.Value.BodyLimit;

    public async Task PostAsync(HttpContext context)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        var body = RequestBody.Rent();
        var events = batches.Get();
        int code;
        try
        {
            var read = await body.ReadAsync(context, _limit);
            if (TransportThread.IsLongBody(body.Length)) await TransportThread.LeaveAsync();
            if (read != ScoreStatus.Ok) code = Refuse(envelope, read.ToHttp(), body.Error, requestId);
            else if (platform.ReadsKafka) code = Refuse(envelope, StatusCodes.Status409Conflict, ReadsKafka, requestId);
            else if (!TryRead(body.Bytes.Span, events)) code = Refuse(envelope, StatusCodes.Status400BadRequest, events.Refusal, requestId);
            else code = await TakeAsync(context, events, envelope, requestId);
        }
        finally
        {
            RequestBody.Return(body);
            batches.Return(events);
        }
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private bool TryRead(ReadOnlySpan<byte> json, EventBatch events) =>
        events.TryReadJson(json, EventLimits.Default, 0) && events.TryCheck(platform.Catalog.Current, platform.Journal.MaxRecordBytes);

    // A caller that hangs up is not waited for, and what it sent stays taken.
    private async ValueTask<int> TakeAsync(HttpContext context, EventBatch events, EnvelopeWriter envelope, string requestId)
    {
        var outcome = events.Append(platform.Journal);
        if (events.HasTaken)
        {
            var durable = await platform.Journal.WaitDurableAsync(events.NewestPosition, CancellationToken.None);
            if (outcome == JournalOutcome.Ok) outcome = durable;
        }
        if (outcome != JournalOutcome.Ok)
        {
            context.Response.Headers.RetryAfter = "1";
            return Refuse(envelope, StatusCodes.Status503ServiceUnavailable, JournalRefusals.Sentence(outcome), requestId);
        }
        envelope.BeginData();
        envelope.Json.WriteStartObject();
        envelope.Json.WriteNumber("accepted"u8, events.Appended);
        envelope.Json.WriteNumber("duplicates"u8, events.Duplicates);
        envelope.Json.WriteNumber("position"u8, events.LastPosition);
        envelope.Json.WriteEndObject();
        envelope.End(requestId);
        return StatusCodes.Status200OK;
    }

    private static int Refuse(EnvelopeWriter envelope, int code, string message, string requestId)
    {
        envelope.WriteError(code, message, null, requestId);
        return code;
    }
}
