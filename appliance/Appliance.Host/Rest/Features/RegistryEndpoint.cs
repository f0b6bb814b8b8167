using System.Globalization;
using Appliance.Features;
using Appliance.Features.Registry;
using Appliance.Host.Features;
using Appliance.Host.Rest.Business;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using FeatureModel.Definitions;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Features;

/// <summary><c>/api/feature-registry</c>: what is defined, and changes of it. Thread-safe.</summary>
internal sealed class RegistryEndpoint(FeaturePlatform platform, ServedModels served, ObjectPool<EnvelopeWriter> envelopes)
{
    public const string Kind = "kind", ObjectName = "name";

    // The definitions, and room for the members beside them.
    private static readonly BodyLimit Limit = new(DefinitionFiles.MaxBytes + (64 * 1024), "the registry");

    public Task PlanAsync(HttpContext context) => ChangeAsync(context, command =>
    {
        var plan = platform.Registry.Plan(command.Read.Definitions, command.Mode, served.Current);
        var outcome = plan.Errors.Count > 0 ? RegistryOutcome.Invalid : RegistryOutcome.Unchanged;
        return (plan, outcome, plan.Errors.Count > 0 ? "invalid" : "planned", PlanMessage(plan), plan.Revision);
    });

    public Task ApplyAsync(HttpContext context) => ChangeAsync(context, command =>
        Answer(platform.Definitions.Apply(
            command.Read.Definitions, command.Mode, command.Request with { Author = CallAuthor.Of(context, command.Request.Author) }, served.Current)));

    /// <summary>Author, reason and expected revision come with the query: a body of DELETE does not pass every proxy.</summary>
    public async Task DeleteAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (!TryKind((string)context.GetRouteValue(Kind)!, out var kind, out var unknown))
        {
            await RefuseAsync(context, StatusCodes.Status404NotFound, unknown!);
            return;
        }
        long? expected = null;
        if (query.TryGetValue("expectedRevision", out var text))
        {
            if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, new($"expectedRevision is '{text}'; it must be a whole number from 0", "expectedRevision"));
                return;
            }
            expected = number;
        }
        var request = new RegistryRequest(CallAuthor.Of(context, query["author"].ToString()), query["reason"].ToString()) { ExpectedRevision = expected };
        var (plan, outcome, word, message, revision) = Answer(platform.Definitions.Delete(kind, (string)context.GetRouteValue(ObjectName)!, request, served.Current));
        await SendAsync(context, plan, outcome, word, message, revision);
    }

    public Task ListAsync(HttpContext context)
    {
        var asked = context.Request.Query[Kind];
        if (asked.Count == 0) return SendListAsync(context, DefinitionKinds.All);
        return TryKind(asked.ToString(), out var kind, out var refusal)
            ? SendListAsync(context, [kind])
            : RefuseAsync(context, StatusCodes.Status400BadRequest, refusal!);
    }

    public Task DescribeAsync(HttpContext context)
    {
        if (!TryKind((string)context.GetRouteValue(Kind)!, out var kind, out var unknown)) return RefuseAsync(context, StatusCodes.Status404NotFound, unknown!);
        var name = (string)context.GetRouteValue(ObjectName)!;
        var state = platform.Registry.State;
        if (state.Describe(kind, name) is not { } found)
        {
            return RefuseAsync(context, StatusCodes.Status404NotFound, new($"{kind.Word()} is '{name}'; there is none of that name{state.Catalog.Hint(kind, name)}", ObjectName));
        }
        return SendDataAsync(context, envelope => RegistryJson.WriteObject(envelope.Json, found, WindowsOf(state, found)));
    }

    /// <summary>The windows that were added to a view; none of what is no view, or deleted.</summary>
    public static IReadOnlyList<ViewWindow> WindowsOf(RegistryState state, RegisteredObject found) => found.Kind == DefinitionKind.FeatureView ? state.WindowsOf(found.Name) : [];

    /// <summary>What a plan says in one line.</summary>
    public static string PlanMessage(RegistryPlan plan)
    {
        if (plan.Errors.Count > 0) return string.Join("; ", plan.Errors.Take(20)) + (plan.Errors.Count > 20 ? $"; and {plan.Errors.Count - 20} more" : "");
        if (plan.Changes.Count == 0) return $"nothing changes; the registry is at revision {plan.Revision}";
        return plan.BrokenModels.Count == 0
            ? $"{plan.Changes.Count} {(plan.Changes.Count == 1 ? "object" : "objects")} would change"
            : $"it would break {string.Join(", ", plan.BrokenModels)}";
    }

    private static (RegistryPlan Plan, RegistryOutcome Outcome, string Word, string Message, long Revision) Answer(RegistryResult result) =>
        (result.Plan, result.Outcome, result.Outcome.Word(), result.Message, result.State.Revision);

    private async Task ChangeAsync(HttpContext context, Func<RegistryCommand, (RegistryPlan, RegistryOutcome, string, string, long)> change)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, Limit);
            if (read != ScoreStatus.Ok)
            {
                await RefuseAsync(context, read.ToHttp(), new(body.Error, null));
                return;
            }
            // Checking and writing definitions takes milliseconds, and a disk.
            await TransportThread.LeaveAsync();
            if (RegistryCommand.Parse(body.Bytes, out var command) is { } refusal)
            {
                await RefuseAsync(context, StatusCodes.Status400BadRequest, refusal);
                return;
            }
            var (plan, outcome, word, message, revision) = command!.Read.Succeeded ? change(command) : Unreadable(command.Read);
            await SendAsync(context, plan, outcome, word, message, revision);
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private (RegistryPlan, RegistryOutcome, string, string, long) Unreadable(ReadDefinitions read)
    {
        var plan = new RegistryPlan(platform.Registry.State.Revision, read.Errors, [], [], []);
        return (plan, RegistryOutcome.Invalid, RegistryOutcome.Invalid.Word(), PlanMessage(plan), plan.Revision);
    }

    private async Task SendAsync(HttpContext context, RegistryPlan plan, RegistryOutcome outcome, string word, string message, long revision)
    {
        var code = outcome.ToHttp();
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.Json.WriteStartObject();
        envelope.Json.WriteNumber("code"u8, code);
        if (code != StatusCodes.Status200OK) envelope.Json.WriteString("message"u8, message);
        envelope.Json.WritePropertyName("data"u8);
        RegistryJson.WritePlan(envelope.Json, plan, word, message, revision);
        envelope.End(requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private Task SendListAsync(HttpContext context, IReadOnlyList<DefinitionKind> kinds) => SendDataAsync(context, envelope =>
    {
        var state = platform.Registry.State;
        envelope.Json.WriteStartObject();
        envelope.Json.WriteNumber("revision"u8, state.Revision);
        envelope.Json.WriteStartArray("objects"u8);
        foreach (var entry in kinds.SelectMany(state.List)) RegistryJson.WriteEntry(envelope.Json, entry);
        envelope.Json.WriteEndArray();
        envelope.Json.WriteEndObject();
    });

    private async Task SendDataAsync(HttpContext context, Action<EnvelopeWriter> write)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.BeginData();
        write(envelope);
        envelope.End(requestId);
        await envelope.SendAsync(context.Response, StatusCodes.Status200OK, requestId);
        envelopes.Return(envelope);
    }

    private async Task RefuseAsync(HttpContext context, int code, RequestRefusal refusal)
    {
        var envelope = envelopes.Get();
        var requestId = RequestIdHeader.Of(context.Request);
        envelope.WriteError(code, refusal.Message, refusal.Field, requestId);
        await envelope.SendAsync(context.Response, code, requestId);
        envelopes.Return(envelope);
    }

    private static bool TryKind(string word, out DefinitionKind kind, out RequestRefusal? refusal)
    {
        refusal = DefinitionKinds.TryParse(word, out kind)
            ? null
            : new($"kind is '{word}'; it must be {string.Join(", ", DefinitionKinds.All.Select(k => k.Word()))}", Kind);
        return refusal is null;
    }
}
