using Appliance.Host.Rest.Business;
using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Microsoft.Extensions.ObjectPool;

namespace Appliance.Host.Rest.Traffic;

/// <summary><c>/api/models/{modelName}/rollout</c>: starts a rollout, shows its evidence, changes it. Thread-safe.</summary>
internal sealed class RolloutEndpoint(RolloutController rollouts, ObjectPool<EnvelopeWriter> envelopes)
{
    // 32 steps with all their members, and a reason of a thousand characters.
    private static readonly BodyLimit Limit = new(32 * 1024, "a rollout");

    public async Task GetAsync(HttpContext context)
    {
        var state = await rollouts.FindAsync(ModelOf(context), context.RequestAborted);
        if (state is null) await envelopes.RefuseAsync(context, StatusCodes.Status404NotFound, $"model '{ModelOf(context)}' has no rollout");
        else await envelopes.SendAsync(context, json => RolloutJson.Write(json, state));
    }

    public Task StartAsync(HttpContext context) => WithBodyAsync(context, body => RolloutBody.ParsePlan(body, out var plan) is { } fault
        ? Task.FromResult(Refused(fault))
        : rollouts.StartAsync(ModelOf(context), plan with { Author = CallAuthor.Of(context, plan.Author) }, context.RequestAborted));

    public Task PauseAsync(HttpContext context) => ByAsync(context, rollouts.PauseAsync);

    public Task ResumeAsync(HttpContext context) => ByAsync(context, rollouts.ResumeAsync);

    public Task AbortAsync(HttpContext context) => ByAsync(context, rollouts.AbortAsync);

    public Task VerdictAsync(HttpContext context) => WithBodyAsync(context, body => RolloutBody.ParseVerdict(body, out var verdict) is { } fault
        ? Task.FromResult(Refused(fault))
        : rollouts.GiveVerdictAsync(ModelOf(context), verdict.Passed, CallAuthor.Of(context, verdict.Author), verdict.Reason, verdict.Metrics, context.RequestAborted));

    private Task ByAsync(HttpContext context, Func<string, string, string, CancellationToken, Task<RolloutResult>> change) =>
        WithBodyAsync(context, body => WhoBody.Parse(body, out var author, out var reason) is { } fault
            ? Task.FromResult(Refused(fault))
            : change(ModelOf(context), CallAuthor.Of(context, author), reason, context.RequestAborted));

    private async Task WithBodyAsync(HttpContext context, Func<ReadOnlyMemory<byte>, Task<RolloutResult>> call)
    {
        var body = RequestBody.Rent();
        try
        {
            var read = await body.ReadAsync(context, Limit);
            var result = read == ScoreStatus.Ok ? await call(body.Bytes) : new RolloutResult(read, null, body.Error);
            if (result.State is { } state) await envelopes.SendAsync(context, json => RolloutJson.Write(json, state));
            else await envelopes.RefuseAsync(context, result.Status.ToHttp(), result.Error ?? result.Status.ToString(), result.Field);
        }
        finally
        {
            RequestBody.Return(body);
        }
    }

    private static RolloutResult Refused(TrafficFault fault) => new(ScoreStatus.InvalidArgument, null, fault.Message, fault.Field.Length == 0 ? null : fault.Field);

    private static string ModelOf(HttpContext context) => (string)context.GetRouteValue(PredictEndpoint.ModelName)!;
}
