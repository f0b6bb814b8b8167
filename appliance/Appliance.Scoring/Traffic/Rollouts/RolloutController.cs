using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic.Arms;
using Microsoft.Extensions.Logging;

namespace Appliance.Scoring.Traffic.Rollouts;

/// <summary>
/// Takes candidates through the steps of their plans, and back to the baseline as soon as a guardrail or a verdict fails. One rollout a model at a time.
/// It is kept in a file, and goes on where it was after a restart. Whoever changes a model's traffic by hand ends its rollout. Thread-safe.
/// </summary>
public sealed partial class RolloutController : IDisposable
{
    /// <summary>Between two looks at the evidence. A second: a bad candidate is gone before anybody reads an alert.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    // Evidence that a crash loses at most. Ten seconds: one write to the disk in so long.
    private static readonly TimeSpan Keep = TimeSpan.FromSeconds(10);

    // Rollouts of a model that are kept, the present one included.
    private const int KeptRollouts = 5;

    private readonly TrafficTable _table;
    private readonly TrafficControl _control;
    private readonly IModelLifecycle _lifecycle;
    private readonly ModelDirectory _directory;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly RolloutFile _file;

    // One change at a time. Held over the loading of versions, as a call that starts a rollout waits for it.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly SemaphoreSlim _wake = new(0);

    // Read without the gate, replaced as a whole under it.
    private volatile Dictionary<string, List<RolloutState>> _rollouts;
    private readonly Dictionary<string, StepMeter> _meters = new(StringComparer.Ordinal);
    // When the evidence of all that run was last kept, by the clock that nobody sets.
    private long _kept;
    private bool _isUnwritten;
    private readonly ClockWatch _clock;

    /// <param name="folder">Where rollouts are kept across restarts; empty keeps them in memory alone.</param>
    public RolloutController(
        TrafficTable table, TrafficControl control, IModelLifecycle lifecycle, ModelDirectory directory, string folder, TimeProvider time, ILogger<RolloutController> logger)
    {
        (_table, _control, _lifecycle, _directory, _time, _logger) = (table, control, lifecycle, directory, time, logger);
        _file = new RolloutFile(folder, logger);
        _rollouts = _file.Read();
        _kept = time.GetTimestamp();
        _clock = new ClockWatch(time);
    }

    /// <summary>Whether any rollout is running.</summary>
    public bool AnyRunning => _rollouts.Values.Any(r => r[^1].Status == RolloutStatus.Running);

    private bool HasWork => AnyRunning || _table.IsUnkept;

    /// <summary>The models that had rollouts, each with its rollouts, latest last.</summary>
    public IReadOnlyDictionary<string, List<RolloutState>> All => _rollouts;

    /// <summary>The latest rollout of a model with the evidence until now; null where it never had one.</summary>
    public async Task<RolloutState?> FindAsync(string model, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            return Latest(model) is { Status: RolloutStatus.Running } running ? Explained(Judged(running)) : Latest(model);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Starts a rollout; its first step's traffic is in force when it returns. A baseline of 0 stands for the version that has most of the requests.</summary>
    public Task<RolloutResult> StartAsync(string model, RolloutPlan plan, CancellationToken cancellation) => LockedAsync(
        async () =>
        {
            if (plan.Baseline == 0) plan = plan with { Baseline = _table.MainVersion(model) };
            if (RolloutRules.Check(plan) is { } fault) return RolloutResult.Refused(fault.Message, fault.Field);
            var before = Latest(model);
            if (before is { IsOver: false }) return RolloutResult.Refused($"model '{model}' has a rollout that is {Word(before.Status)}; abort it first");
            var now = _time.GetUtcNow();
            var state = new RolloutState(model, (before?.Number ?? 0) + 1, plan, RolloutStatus.Running, [StepEvidence.Begin(0, now)], "it was started", now, now);
            var set = await _control.SetAsync(model, plan.TrafficOf(0, state.Author), cancellation);
            if (!set.Succeeded) return new RolloutResult(set.Status, null, set.Error, set.Field);
            Log.Started(_logger, model, state.Number, plan.Candidate, plan.Baseline, plan.Steps.Count, plan.Author, plan.Reason);
            Begin(state);
            Save(state);
            _wake.Release();
            return RolloutResult.Ok(state);
        },
        cancellation);

    /// <summary>Leaves the shares as they are until it is resumed.</summary>
    public Task<RolloutResult> PauseAsync(string model, string author, string reason, CancellationToken cancellation) => ChangeAsync(
        model, author, reason, [RolloutStatus.Running], state => Task.FromResult(Held(Judged(state), $"paused by {author}: {reason}")), cancellation);

    /// <summary>Goes on in the step where it was paused.</summary>
    public Task<RolloutResult> ResumeAsync(string model, string author, string reason, CancellationToken cancellation) => ChangeAsync(
        model, author, reason, [RolloutStatus.Paused],
        state =>
        {
            var resumed = state with { Status = RolloutStatus.Running, Why = $"resumed by {author}: {reason}", ChangedAt = _time.GetUtcNow() };
            Begin(resumed);
            _wake.Release();
            return Task.FromResult(resumed);
        },
        cancellation);

    /// <summary>Ends it; the baseline gets every request.</summary>
    public Task<RolloutResult> AbortAsync(string model, string author, string reason, CancellationToken cancellation) => ChangeAsync(
        model, author, reason, [RolloutStatus.Running, RolloutStatus.Paused],
        state => GoBackAsync(Judged(state), RolloutStatus.Aborted, StepEvidence.Ended, $"aborted by {author}: {reason}", cancellation), cancellation);

    /// <summary>Takes a verdict on the candidate's quality; one against it rolls back at once.</summary>
    public Task<RolloutResult> GiveVerdictAsync(
        string model, bool passed, string author, string reason, Dictionary<string, double> metrics, CancellationToken cancellation) => ChangeAsync(
        model, author, reason, [RolloutStatus.Running, RolloutStatus.Paused],
        state =>
        {
            var judged = state.With(state.Evidence[^1] with { Verdict = new RolloutVerdict(passed, author, reason, metrics, _time.GetUtcNow()) });
            if (passed) return Task.FromResult(judged);
            return GoBackAsync(Judged(judged), RolloutStatus.RolledBack, StepEvidence.Failed, $"the verdict of {author} is against it: {reason}", cancellation);
        },
        cancellation);

    /// <summary>Looks after running rollouts until the process stops; while there are none it costs nothing.</summary>
    internal async Task RunAsync(CancellationToken stopping)
    {
        while (true)
        {
            if (!HasWork)
            {
                await _wake.WaitAsync(stopping);
                continue;
            }
            using var timer = new PeriodicTimer(Look, _time);
            while (HasWork && await timer.WaitForNextTickAsync(stopping)) await StepAsync(stopping);
        }
    }

    /// <summary>One look at every running rollout.</summary>
    internal Task StepAsync(CancellationToken cancellation) => LockedAsync(
        async () =>
        {
            // Once for all of them: one that is kept does not put the others off.
            if (_table.IsUnkept && _table.TryKeep() is null) WriteFile();
            var isDue = _time.GetElapsedTime(_kept) >= Keep;
            if (isDue) _kept = _time.GetTimestamp();
            foreach (var state in Running())
            {
                var next = await NextAsync(state, isDue, cancellation);
                if (!ReferenceEquals(next, state)) Save(next);
            }
            return true;
        },
        cancellation);

    /// <summary>Keeps what the running steps have seen until now: an orderly end of the process loses no sample.</summary>
    internal Task KeepAsync(CancellationToken cancellation) => LockedAsync(
        () =>
        {
            if (_table.IsUnkept) _table.TryKeep();
            foreach (var state in Running()) Save(Judged(state));
            return Task.FromResult(true);
        },
        cancellation);

    public void Dispose()
    {
        _gate.Dispose();
        _wake.Dispose();
    }

    /// <summary>Where the world's clock was set, the steps that run began as much earlier or later: else a jump would end their time, or hold them up for as long.</summary>
    private void FollowClock()
    {
        var jump = _clock.Look();
        if (jump == TimeSpan.Zero) return;
        foreach (var state in Running())
        {
            Save(state.With(state.Evidence[^1] with { StartedAt = state.Evidence[^1].StartedAt + jump }));
        }
    }

    private RolloutState[] Running() => [.. _rollouts.Values.Select(r => r[^1]).Where(s => s.Status == RolloutStatus.Running)];

    // With the evidence until now and what the guardrails make of it. A paused rollout has what it had when it was paused.
    private RolloutState Judged(RolloutState state)
    {
        if (state.Status != RolloutStatus.Running) return state;
        if (!_meters.TryGetValue(state.Model, out var meter) || meter.Step != state.Step)
        {
            Begin(state);
            meter = _meters[state.Model];
        }
        var (present, step) = (meter.Read(state.Evidence[^1]), state.Plan.Steps[state.Step]);
        var lastError = _table.StatisticsOf(state.Model, state.Plan.Candidate, step.IsShadow)?.LastError ?? "";
        return state.With(present with { Findings = RolloutPolicy.Judge(state.Plan.Guardrails, step, ReferenceOf(state, present), present.Candidate, lastError) });
    }

    // What a step waits for changes with every request; readers are told what it is now.
    private RolloutState Explained(RolloutState judged) =>
        RolloutPolicy.Decide(judged.Plan, judged.Evidence[^1], _time.GetUtcNow()) is { Action: RolloutAction.Wait } waiting ? judged with { Why = waiting.Why } : judged;

    // In a step that leaves the baseline next to nothing, the candidate is compared with what the baseline did before.
    private static ArmTally ReferenceOf(RolloutState state, StepEvidence present) =>
        state.Evidence.SkipLast(1).Append(present).Select(e => e.Baseline).LastOrDefault(b => b.Requests >= state.Plan.Guardrails.MinSamples) ?? present.Baseline;

    private string WhyAway(string model, long version)
    {
        var status = _lifecycle.Index().FirstOrDefault(v => v.Model == model && v.Version == version);
        return status is null ? "it is not in the repository" : status.Reason.Length > 0 ? status.Reason : $"it is {status.State}";
    }

    private RolloutState? Latest(string model) => _rollouts.TryGetValue(model, out var rollouts) ? rollouts[^1] : null;

    private void Save(RolloutState state)
    {
        var rollouts = new Dictionary<string, List<RolloutState>>(_rollouts, StringComparer.Ordinal);
        var earlier = rollouts.TryGetValue(state.Model, out var known) ? known.Where(r => r.Number != state.Number) : [];
        rollouts[state.Model] = [.. earlier.Append(state).TakeLast(KeptRollouts)];
        _rollouts = rollouts;
        WriteFile();
    }

    // A rollout that is over is kept once its traffic is: else a restart would split the requests as they were, and nobody would look.
    private void WriteFile()
    {
        if (_table.IsUnkept) return;
        try
        {
            _file.Write(_rollouts);
            _isUnwritten = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The rollouts go on: a disk that is full is no reason to leave a bad candidate in service. Said once, not at every look.
            if (!_isUnwritten) Log.Unwritten(_logger, e.Message);
            _isUnwritten = true;
        }
    }

    private Task<RolloutResult> ChangeAsync(
        string model, string author, string reason, RolloutStatus[] from, Func<RolloutState, Task<RolloutState>> change, CancellationToken cancellation) => LockedAsync(
        async () =>
        {
            if (TrafficRules.CheckWho(author, reason) is { } fault) return RolloutResult.Refused(fault.Message, fault.Field);
            if (Latest(model) is not { } state) return new RolloutResult(ScoreStatus.NotFound, null, $"model '{model}' has no rollout");
            if (!from.Contains(state.Status)) return RolloutResult.Refused($"the rollout of model '{model}' is {Word(state.Status)}; it must be {string.Join(" or ", from.Select(Word))}");
            var changed = await change(state);
            Save(changed);
            return RolloutResult.Ok(changed);
        },
        cancellation);

    private async Task<T> LockedAsync<T>(Func<Task<T>> change, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            FollowClock();
            return await change();
        }
        finally
        {
            _gate.Release();
        }
    }

    // Reasons of the traffic table have a length; those of loads do not.
    private static string Shortened(string why) => why.Length <= TrafficRules.MaxReason ? why : why[..TrafficRules.MaxReason];

    /// <summary>The status as callers read it.</summary>
    public static string Word(RolloutStatus status) => status switch
    {
        RolloutStatus.Running => "running",
        RolloutStatus.Paused => "paused",
        RolloutStatus.Completed => "completed",
        RolloutStatus.RolledBack => "rolled back",
        _ => "aborted",
    };

    private static partial class Log
    {
        [LoggerMessage(EventIds.RolloutStarted, LogLevel.Information, "Model {Model}: rollout {Number} of v{Candidate} over v{Baseline} begins, {Steps} steps. By {Author}: {Reason}")]
        public static partial void Started(ILogger logger, string model, long number, long candidate, long baseline, int steps, string author, string reason);

        [LoggerMessage(EventIds.RolloutAdvanced, LogLevel.Information, "Model {Model}: rollout {Number} is in step {Step} of {Steps}: {Words}.")]
        public static partial void Advanced(ILogger logger, string model, long number, int step, int steps, string words);

        [LoggerMessage(EventIds.RolloutRolledBack, LogLevel.Warning, "Model {Model}: rollout {Number} is rolled back in step {Step}, v{Baseline} has every request: {Reason}")]
        public static partial void RolledBack(ILogger logger, string model, long number, int step, long baseline, string reason);

        [LoggerMessage(EventIds.RolloutEnded, LogLevel.Information, "Model {Model}: rollout {Number} is {Status}: {Reason}")]
        public static partial void Ended(ILogger logger, string model, long number, string status, string reason);

        [LoggerMessage(EventIds.RolloutHeld, LogLevel.Warning, "Model {Model}: rollout {Number} is paused: {Reason}")]
        public static partial void Held(ILogger logger, string model, long number, string reason);

        [LoggerMessage(EventIds.RolloutUnwritten, LogLevel.Error, "What rollouts saw cannot be kept, and is lost if the process ends: {Reason}")]
        public static partial void Unwritten(ILogger logger, string reason);

        [LoggerMessage(EventIds.RolloutFailed, LogLevel.Error, "Model {Model}: a step of rollout {Number} failed: {Reason}")]
        public static partial void Failed(ILogger logger, string model, long number, string reason);
    }
}
