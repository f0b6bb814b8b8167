using System.Text.Json;
using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Host.Rest.Business;
using Appliance.Host.Rest.Events;
using Appliance.Inference;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Events;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Rest.Features;

/// <summary>
/// Feast's <c>POST /push</c> and <c>POST /write-to-online-store</c>: rows become events, and the answer comes when they are on the disk. Thread-safe.
/// </summary>
internal sealed class PushEndpoint(FeaturePlatform platform, TimeProvider time, IOptions<RestOptions> rest, IOptions<BusinessOptions> business)
{
    private const string SourceMember = "push_source_name", ViewMember = "feature_view_name";

    private readonly BodyLimit _limit = rest.Value.BodyLimit;
    private readonly JsonDocumentOptions _json = new() { MaxDepth = business.Value.MaxJsonDepth };

    public Task PushAsync(HttpContext context) => TakeAsync(context, SourceMember);

    public Task WriteAsync(HttpContext context) => TakeAsync(context, ViewMember);

    private async Task TakeAsync(HttpContext context, string nameMember)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, _limit);
            if (read != ScoreStatus.Ok)
            {
                await FeastReply.RefuseAsync(context, read == ScoreStatus.InvalidArgument ? StatusCodes.Status422UnprocessableEntity : read.ToHttp(), body.Error);
                return;
            }
            if (platform.ReadsKafka)
            {
                await FeastReply.RefuseAsync(context, StatusCodes.Status409Conflict, EventsEndpoint.ReadsKafka);
                return;
            }
            if (TransportThread.IsLongBody(body.Length)) await TransportThread.LeaveAsync();
            using var records = new EventRecordBuffer();
            var refusal = ReadRows(body.Bytes, nameMember, records);
            if (refusal is not null) await FeastReply.RefuseAsync(context, refusal);
            else await AppendAsync(context, records);
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private RequestRefusal? ReadRows(ReadOnlyMemory<byte> body, string nameMember, EventRecordBuffer records)
    {
        try
        {
            using var document = JsonDocument.Parse(PythonJson.Read(body), _json);
            if (PushRequest.Read(document.RootElement, nameMember, out var request) is { } malformed) return malformed;
            var catalog = platform.Catalog.Current;
            if (FindSource(catalog, nameMember, request!.Name, out var route, out var view) is { } unknown) return unknown;
            // Declared in the catalog that is served, so also in a registry that is never older.
            var source = platform.Registry.State.Catalog.Source(route!.Schema.Name);
            if (source is null) return new($"{nameMember} is '{request.Name}'; it has just been deleted", nameMember, Unknown: true);
            return FrameColumns.Find(request.Frame, route, source, view, EventLimits.Default.MaxEvents, out var columns)
                ?? new FrameRows(request.Frame, route.Schema, columns!, platform.Journal, Now(time)).WriteTo(records);
        }
        catch (JsonException e)
        {
            return new($"the body is not JSON that can be read here: {e.Message}", null);
        }
        catch (InvalidOperationException)
        {
            return new("the body holds text that is not valid Unicode", null);
        }
    }

    private static RequestRefusal? FindSource(FeatureCatalog catalog, string nameMember, string name, out SourceRoute? route, out ServedView? view)
    {
        view = null;
        if (nameMember == SourceMember)
        {
            return catalog.TryFindSource(name, out route)
                ? null
                : new($"{nameMember} is '{name}'; there is no source of that name{NearNames.Hint(name, [.. catalog.SourceNames])}", nameMember, Unknown: true);
        }
        route = null;
        if (!catalog.TryFindView(name, out view))
        {
            return new($"{nameMember} is '{name}'; there is no feature view of that name{NearNames.Hint(name, [.. catalog.ViewNames])}", nameMember, Unknown: true);
        }
        if (view.Kind != ViewKind.Batch)
        {
            var made = view.Kind == ViewKind.Stream ? "made of events" : "computed when it is read";
            return new($"{nameMember} is '{name}', which is {made}; rows are taken by batch feature views alone", nameMember);
        }
        catalog.TryFindSource(view.Source, out route);
        return null;
    }

    private async Task AppendAsync(HttpContext context, EventRecordBuffer records)
    {
        var results = new JournalAppend[records.Count];
        var append = platform.Journal.Append(records.Bytes, results, out var taken);
        var durable = JournalOutcome.Ok;
        if (taken > 0)
        {
            var last = 0L;
            for (var i = 0; i < taken; i++) last = Math.Max(last, results[i].Position);
            // Whoever hangs up has sent the rows all the same; the wait ends with the next commit, or when the disk refuses.
            durable = await platform.Journal.WaitDurableAsync(last, CancellationToken.None);
        }
        if (PushRefusals.Find(append, durable, taken, records.Count) is { } refusal) await RefuseAsync(context, refusal.Outcome, refusal.Message);
        else await FeastReply.SendNullAsync(context);
    }

    // What passes is told as such, with the same status as over /api/events.
    private static Task RefuseAsync(HttpContext context, JournalOutcome outcome, string message)
    {
        if (outcome == JournalOutcome.TooLarge) return FeastReply.RefuseAsync(context, StatusCodes.Status413PayloadTooLarge, message);
        context.Response.Headers.RetryAfter = "1";
        return FeastReply.RefuseAsync(context, StatusCodes.Status503ServiceUnavailable, message);
    }

    private static long Now(TimeProvider time) => (time.GetUtcNow().UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;
}
