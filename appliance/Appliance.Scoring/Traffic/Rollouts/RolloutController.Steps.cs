using Appliance.Inference;

namespace Appliance.Scoring.Traffic.Rollouts;

// What one look at a rollout does: onwards, back, or to its end. The gate is held.
public sealed partial class RolloutController
{
    private async Task<RolloutState> NextAsync(RolloutState state, bool isKeptNow, CancellationToken cancellation)
    {
        var (model, plan) = (state.Model, state.Plan);
        // After a start the models are still being loaded, and nothing can be said of them.
        if (_table.RouteOf(model) is null) return state;
        if (_table.SettingOf(model) is not { } setting || setting.Author != state.Author) return Superseded(state);
        var wanted = plan.TrafficOf(state.Step, state.Author);
        // The process ended between keeping the step and changing the traffic.
        if (setting.Reason != wanted.Reason) return await ApplyAsync(state, cancellation);
        if (_directory.TryFind(model, out var slot) && slot.Find(plan.Candidate) is null)
        {
            return await GoBackAsync(Judged(state), RolloutStatus.RolledBack, StepEvidence.Failed, $"v{plan.Candidate} is not ready: {WhyAway(model, plan.Candidate)}", cancellation);
        }
        if (slot is not null && slot.Find(plan.Baseline) is null) return Held(Judged(state), $"the baseline v{plan.Baseline} is not ready: {WhyAway(model, plan.Baseline)}");
        var judged = Judged(state);
        var decision = RolloutPolicy.Decide(plan, judged.Evidence[^1], _time.GetUtcNow());
        return decision.Action switch
        {
            RolloutAction.RollBack => await GoBackAsync(judged, RolloutStatus.RolledBack, StepEvidence.Failed, decision.Why, cancellation),
            RolloutAction.Advance => await AdvanceAsync(judged, cancellation),
            RolloutAction.Complete => await CompleteAsync(judged, decision.Why, cancellation),
            _ => isKeptNow ? judged with { Why = decision.Why } : state,
        };
    }

    private async Task<RolloutState> AdvanceAsync(RolloutState state, CancellationToken cancellation)
    {
        var now = _time.GetUtcNow();
        var passed = Closed(state, StepEvidence.Passed);
        var next = passed with { Evidence = [.. passed.Evidence, StepEvidence.Begin(state.Step + 1, now)], Why = $"step {state.Step + 1} has passed", ChangedAt = now };
        // Kept before the traffic changes: after a crash in between, the traffic is brought to the step, not the step back to the traffic.
        Save(next);
        var set = await _control.SetAsync(next.Model, next.Plan.TrafficOf(next.Step, next.Author), cancellation);
        // Nothing is wrong with the candidate: its step goes on, and so do the guardrails.
        if (set.Status == ScoreStatus.Faulted) return Unable(state, $"step {next.Step + 1} could not begin, and is tried again: {set.Error}");
        return set.Succeeded ? Applied(next) : await GoBackAsync(next, RolloutStatus.RolledBack, StepEvidence.Failed, $"step {next.Step + 1} could not begin: {set.Error}", cancellation);
    }

    private async Task<RolloutState> ApplyAsync(RolloutState state, CancellationToken cancellation)
    {
        var set = await _control.SetAsync(state.Model, state.Plan.TrafficOf(state.Step, state.Author), cancellation);
        if (set.Status == ScoreStatus.Faulted) return Unable(state, $"step {state.Step + 1} could not begin, and is tried again: {set.Error}");
        return set.Succeeded ? Applied(state) : await GoBackAsync(state, RolloutStatus.RolledBack, StepEvidence.Failed, $"step {state.Step + 1} could not begin: {set.Error}", cancellation);
    }

    private RolloutState Applied(RolloutState state)
    {
        Begin(state);
        Log.Advanced(_logger, state.Model, state.Number, state.Step + 1, state.Plan.Steps.Count, state.Plan.Steps[state.Step].Words);
        return state;
    }

    // Said once, not once a second.
    private RolloutState Unable(RolloutState state, string why)
    {
        if (state.Why != why) Log.Failed(_logger, state.Model, state.Number, why);
        return state with { Why = why };
    }

    private async Task<RolloutState> CompleteAsync(RolloutState state, string why, CancellationToken cancellation)
    {
        var request = new TrafficRequest([new(state.Plan.Candidate, BucketMap.Buckets)], [], state.Author, why);
        var set = await _control.SetAsync(state.Model, request, cancellation);
        // It has every request as it is; only the baseline stays in memory.
        if (!set.Succeeded) Log.Failed(_logger, state.Model, state.Number, set.Error ?? "");
        return Over(Closed(state, StepEvidence.Passed), RolloutStatus.Completed, why);
    }

    private async Task<RolloutState> GoBackAsync(RolloutState state, RolloutStatus status, string outcome, string why, CancellationToken cancellation)
    {
        if (_directory.TryFind(state.Model, out var slot) && slot.Find(state.Plan.Baseline) is not null)
        {
            if (await _control.SwitchAsync(state.Model, state.Plan.Baseline, state.Author, Shortened(why)) is { } left) Log.Failed(_logger, state.Model, state.Number, left);
            if (_table.IsUnkept) _wake.Release();
        }
        else
        {
            var request = new TrafficRequest([new(state.Plan.Baseline, BucketMap.Buckets)], [], state.Author, Shortened(why));
            var set = await _control.SetAsync(state.Model, request, cancellation);
            // It stays where it is and is tried again at the next look; the table itself passes over versions that are not ready.
            if (!set.Succeeded) return Unable(state, $"going back failed: {set.Error}");
        }
        var over = Over(Closed(state, outcome), status, why);
        if (status == RolloutStatus.RolledBack) Log.RolledBack(_logger, state.Model, state.Number, state.Step + 1, state.Plan.Baseline, why);
        return over;
    }

    private RolloutState Superseded(RolloutState state)
    {
        var setting = _table.SettingOf(state.Model);
        var why = setting is null ? "the traffic was given back to one version" : $"the traffic was changed by {setting.Author}: {setting.Reason}";
        return Over(Closed(Judged(state), StepEvidence.Ended), RolloutStatus.Aborted, why);
    }

    private RolloutState Held(RolloutState state, string why)
    {
        Log.Held(_logger, state.Model, state.Number, why);
        return state with { Status = RolloutStatus.Paused, Why = why, ChangedAt = _time.GetUtcNow() };
    }

    private RolloutState Over(RolloutState state, RolloutStatus status, string why)
    {
        _meters.Remove(state.Model);
        Log.Ended(_logger, state.Model, state.Number, Word(status), why);
        return state with { Status = status, Why = why, ChangedAt = _time.GetUtcNow() };
    }

    private RolloutState Closed(RolloutState state, string outcome) => state.With(state.Evidence[^1] with { EndedAt = _time.GetUtcNow(), Outcome = outcome });

    private void Begin(RolloutState state) => _meters[state.Model] = new StepMeter(_table, state.Model, state.Plan, state.Evidence[^1]);
}
