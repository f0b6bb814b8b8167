using Appliance.Host.Security.Calls;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Contracts.Traffic;
using Grpc.Core;
using RolloutState = Contracts.Traffic.RolloutState;

namespace Appliance.Host.Grpc.Traffic;

/// <summary><c>appliance.traffic.v1.Traffic</c>: how requests are split, and rollouts. Thread-safe.</summary>
internal sealed class TrafficGrpcService(TrafficControl control, TrafficTable table, RolloutController rollouts, ModelDirectory directory)
    : Contracts.Traffic.Traffic.TrafficBase
{
    public override Task<TrafficState> GetTraffic(GetTrafficRequest request, ServerCallContext context) => directory.TryFind(request.Model, out var slot)
        ? Task.FromResult(TrafficMessages.StateOf(request.Model, slot, table))
        : throw new RpcException(new Status(StatusCode.NotFound, $"Request for unknown model: '{request.Model}' is not found"));

    public override async Task<TrafficState> SetTraffic(SetTrafficRequest request, ServerCallContext context) =>
        Answer(request.Model, await control.SetAsync(request.Model, request.ToRequest(CallAuthor.Of(context, request.Author)), context.CancellationToken));

    public override async Task<TrafficState> ClearTraffic(ClearTrafficRequest request, ServerCallContext context) =>
        Answer(request.Model, await control.ClearAsync(request.Model, CallAuthor.Of(context, request.Author), request.Reason, context.CancellationToken));

    public override async Task<RolloutState> StartRollout(StartRolloutRequest request, ServerCallContext context) =>
        Answer(await rollouts.StartAsync(request.Model, request.ToPlan(CallAuthor.Of(context, request.Author)), context.CancellationToken));

    public override async Task<RolloutState> GetRollout(GetRolloutRequest request, ServerCallContext context) =>
        await rollouts.FindAsync(request.Model, context.CancellationToken) is { } state
            ? state.ToMessage()
            : throw new RpcException(new Status(StatusCode.NotFound, $"model '{request.Model}' has no rollout"));

    public override async Task<RolloutState> PauseRollout(ChangeRolloutRequest request, ServerCallContext context) =>
        Answer(await rollouts.PauseAsync(request.Model, CallAuthor.Of(context, request.Author), request.Reason, context.CancellationToken));

    public override async Task<RolloutState> ResumeRollout(ChangeRolloutRequest request, ServerCallContext context) =>
        Answer(await rollouts.ResumeAsync(request.Model, CallAuthor.Of(context, request.Author), request.Reason, context.CancellationToken));

    public override async Task<RolloutState> AbortRollout(ChangeRolloutRequest request, ServerCallContext context) =>
        Answer(await rollouts.AbortAsync(request.Model, CallAuthor.Of(context, request.Author), request.Reason, context.CancellationToken));

    public override async Task<RolloutState> GiveVerdict(GiveVerdictRequest request, ServerCallContext context) => Answer(await rollouts.GiveVerdictAsync(
        request.Model, request.Passed, CallAuthor.Of(context, request.Author), request.Reason, new Dictionary<string, double>(request.Metrics), context.CancellationToken));

    private TrafficState Answer(string model, TrafficResult result)
    {
        if (!result.Succeeded) throw Refusal(result.Status, result.Error, result.Field);
        directory.TryFind(model, out var slot);
        return TrafficMessages.StateOf(model, slot, table);
    }

    private static RolloutState Answer(RolloutResult result) =>
        result.State is { } state ? state.ToMessage() : throw Refusal(result.Status, result.Error, result.Field);

    private static RpcException Refusal(ScoreStatus status, string? error, string? field) => new(
        new Status(status.ToGrpc(), error ?? status.ToString()), field is null ? [] : new Metadata { { ScoreAnswer.FieldTrailer, field } });
}
