using Appliance.Inference;
using Appliance.Inference.Batching;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Rollouts;
using Microsoft.Extensions.Hosting;
using TestKit;

namespace Appliance.Scoring.Tests.Traffic.Rollouts;

public sealed class RolloutControllerTests : IDisposable
{
    private static readonly Guardrails Guards = new(1, 2, 0.99, 1, 5, 0.25, 0.2, 50, 500);

    // Where no step is a shadow, nothing is compared.
    private static readonly Guardrails Unshadowed = Guards with { MaxDisagreement = null };

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_good_candidate_goes_through_every_step_and_has_every_request_in_the_end()
    {
        var rig = await StartedAsync();
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Assert.Equal(2, rig.Traffic.SettingOf("m")!.Shadows.Single().Version);
        foreach (var candidate in new[] { 100, 1_000, 5_000, 10_000 })
        {
            Feed(rig, 1_000);
            await rig.Rollouts.StepAsync(Cancellation);
            Assert.Equal([(1L, 10_000 - candidate), (2L, candidate)], Arms(rig));
        }
        Feed(rig, 1_000);
        await rig.Rollouts.StepAsync(Cancellation);
        var state = await StateAsync(rig);
        Assert.Equal((RolloutStatus.Completed, "every step has passed"), (state.Status, state.Why));
        Assert.Equal([(2L, 10_000)], Arms(rig));
        Assert.Null(rig.Traffic.RouteOf("m")!.Split);
        Assert.All(state.Evidence, e => Assert.Equal((StepEvidence.Passed, 1_000), (e.Outcome, (int)e.Candidate.Requests)));
        Assert.Equal([0, 1, 2, 3, 4], state.Evidence.Select(e => e.Step));
        // The way back is one call still.
        Assert.Equal(1, (await rig.Manager.RollbackAsync("m", "ann", Cancellation)).Version);
    }

    [Fact]
    public async Task A_step_that_lacks_samples_stays_where_it_is()
    {
        var rig = await StartedAsync();
        Feed(rig, 999);
        for (var i = 0; i < 3; i++) await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(0, (await StateAsync(rig)).Step);
        Feed(rig, 1);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(1, (await StateAsync(rig)).Step);
        // What the shadow saw does not count for the next step.
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal((1, 0), ((await StateAsync(rig)).Step, (int)(await StateAsync(rig)).Evidence[^1].Candidate.Requests));
    }

    [Theory]
    [InlineData(24)]
    [InlineData(-24)]
    public async Task A_clock_that_is_set_neither_ends_a_steps_time_nor_holds_it_up(int hours)
    {
        var rig = await StartedAsync(Plan() with { Steps = [.. Plan().Steps.Select(s => s with { MinSeconds = 600 })] });
        Feed(rig, 1_000);
        _time.Advance(TimeSpan.FromSeconds(300));
        await rig.Rollouts.StepAsync(Cancellation);
        _time.SetClock(TimeSpan.FromHours(hours));
        await rig.Rollouts.StepAsync(Cancellation);
        _time.Advance(TimeSpan.FromSeconds(299));
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(0, (await StateAsync(rig)).Step);
        _time.Advance(TimeSpan.FromSeconds(1));
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(1, (await StateAsync(rig)).Step);
    }

    [Theory]
    [InlineData("errors")]
    [InlineData("latency")]
    [InlineData("disagreement")]
    [InlineData("psi")]
    [InlineData("ks")]
    public async Task A_guardrail_that_breaks_rolls_back_at_the_next_look_and_says_which(string guard)
    {
        var guards = guard switch
        {
            "psi" => Guards with { MaxKs = null },
            "ks" => Guards with { MaxPsi = null },
            _ => Guards,
        };
        var rig = await StartedAsync(Plan() with { Guardrails = guards });
        Break(rig, guard);
        await rig.Rollouts.StepAsync(Cancellation);
        var state = await StateAsync(rig);
        Assert.Equal(RolloutStatus.RolledBack, state.Status);
        var broken = Assert.Single(state.Evidence[^1].Findings, f => f.IsBroken);
        Assert.Equal((guard, broken.Words, StepEvidence.Failed), (broken.Guard, state.Why, state.Evidence[^1].Outcome));
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Assert.Empty(rig.Traffic.SettingOf("m")!.Shadows);
        Assert.Equal(1, rig.RolloutLog.Count(EventIds.RolloutRolledBack));
        Assert.Equal(1, await rig.InferAsync());
    }

    [Fact]
    public async Task A_candidate_that_cannot_serve_is_rolled_back_and_the_reason_is_kept()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 1_000, 1_000)] });
        rig.Source.Remove("m", 2);
        await rig.Manager.LoadAsync("m", LoadParameters.None, Cancellation);
        await rig.Rollouts.StepAsync(Cancellation);
        var state = await StateAsync(rig);
        Assert.Equal(RolloutStatus.RolledBack, state.Status);
        Assert.StartsWith("v2 is not ready: ", state.Why);
        Assert.Equal([(1L, 10_000)], Arms(rig));
    }

    [Fact]
    public async Task A_candidate_that_cannot_be_loaded_starts_nothing()
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, _time, 1);
        rig.Source.RefuseVersion("m", 2, "golden row 3 differs");
        rig.Source.Put("m", 2);
        var refused = await rig.Rollouts.StartAsync("m", Plan(), Cancellation);
        Assert.Contains("golden row 3 differs", refused.Error);
        Assert.Null(await rig.Rollouts.FindAsync("m", Cancellation));
        Assert.Equal(1, await rig.InferAsync());
    }

    [Fact]
    public async Task A_verdict_ends_a_step_that_needs_one_and_one_against_it_rolls_back_at_once()
    {
        var rig = await StartedAsync(Plan() with { Steps = [new(true, 10_000, 10, NeedsVerdict: true), new(false, 100, 10)] });
        Feed(rig, 10);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(0, (await StateAsync(rig)).Step);
        var metrics = new Dictionary<string, double> { ["auc"] = 0.91 };
        Assert.True((await rig.Rollouts.GiveVerdictAsync("m", true, "trainer", "auc rose", metrics, Cancellation)).Succeeded);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(1, (await StateAsync(rig)).Step);
        Assert.Equal(0.91, (await StateAsync(rig)).Evidence[0].Verdict!.Metrics["auc"]);
        var against = await rig.Rollouts.GiveVerdictAsync("m", false, "trainer", "recall fell", metrics, Cancellation);
        Assert.Equal((RolloutStatus.RolledBack, "the verdict of trainer is against it: recall fell"), (against.State!.Status, against.State.Why));
        Assert.Equal([(1L, 10_000)], Arms(rig));
    }

    [Fact]
    public async Task A_paused_rollout_stays_whatever_its_evidence_says_and_goes_on_where_it_was()
    {
        var rig = await StartedAsync();
        Feed(rig, 600);
        Assert.True((await rig.Rollouts.PauseAsync("m", "ann", "lunch", Cancellation)).Succeeded);
        Break(rig, "errors");
        await rig.Rollouts.StepAsync(Cancellation);
        var paused = await StateAsync(rig);
        Assert.Equal((RolloutStatus.Paused, 600), (paused.Status, (int)paused.Evidence[^1].Candidate.Requests));
        Assert.True((await rig.Rollouts.ResumeAsync("m", "ann", "back", Cancellation)).Succeeded);
        Feed(rig, 400);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal((1, 1_000), ((await StateAsync(rig)).Step, (int)(await StateAsync(rig)).Evidence[0].Candidate.Requests));
    }

    [Fact]
    public async Task Aborting_gives_the_baseline_every_request()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 5_000, 1_000)] });
        Assert.Equal([(1L, 5_000), (2L, 5_000)], Arms(rig));
        var aborted = await rig.Rollouts.AbortAsync("m", "ann", "changed my mind", Cancellation);
        Assert.Equal((RolloutStatus.Aborted, "aborted by ann: changed my mind"), (aborted.State!.Status, aborted.State.Why));
        Assert.Equal([(1L, 10_000)], Arms(rig));
        var refused = await rig.Rollouts.ResumeAsync("m", "ann", "oh", Cancellation);
        Assert.Equal("the rollout of model 'm' is aborted; it must be paused", refused.Error);
    }

    [Fact]
    public async Task Whoever_changes_the_traffic_by_hand_ends_the_rollout_and_keeps_what_they_set()
    {
        var rig = await StartedAsync();
        await rig.SetAsync((1, 9_000), (2, 1_000));
        await rig.Rollouts.StepAsync(Cancellation);
        var state = await StateAsync(rig);
        Assert.Equal((RolloutStatus.Aborted, "the traffic was changed by ann: because"), (state.Status, state.Why));
        Assert.Equal([(1L, 9_000), (2L, 1_000)], Arms(rig));
    }

    [Fact]
    public async Task A_pin_ends_the_rollout()
    {
        var rig = await StartedAsync();
        await rig.Manager.PinAsync("m", 2, "ann", Cancellation);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal((RolloutStatus.Aborted, "the traffic was given back to one version"), ((await StateAsync(rig)).Status, (await StateAsync(rig)).Why));
        Assert.Equal(2, await rig.InferAsync());
    }

    [Fact]
    public async Task One_rollout_a_model_at_a_time_and_their_evidence_is_kept()
    {
        var rig = await StartedAsync();
        var second = await rig.Rollouts.StartAsync("m", Plan(), Cancellation);
        Assert.Equal("model 'm' has a rollout that is running; abort it first", second.Error);
        await rig.Rollouts.AbortAsync("m", "ann", "again", Cancellation);
        Assert.Equal(2, (await rig.Rollouts.StartAsync("m", Plan(), Cancellation)).State!.Number);
        Assert.Equal([1L, 2], rig.Rollouts.All["m"].Select(r => r.Number));
    }

    [Fact]
    public async Task The_baseline_is_the_version_with_most_of_the_requests_where_none_is_named()
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, _time, 1);
        rig.Source.Put("m", 2);
        Assert.Equal(1, (await rig.Rollouts.StartAsync("m", Plan() with { Baseline = 0 }, Cancellation)).State!.Plan.Baseline);
    }

    [Fact]
    public async Task A_restart_goes_on_in_the_step_where_it_was_with_the_evidence_that_it_had()
    {
        var rig = await StartedAsync();
        Feed(rig, 1_000);
        await rig.Rollouts.StepAsync(Cancellation);
        Feed(rig, 400);
        _time.Advance(TimeSpan.FromSeconds(11));
        await rig.Rollouts.StepAsync(Cancellation);
        var again = await rig.RestartAsync(_folder.Path);
        var state = await StateAsync(again);
        Assert.Equal((RolloutStatus.Running, 1, 400), (state.Status, state.Step, (int)state.Evidence[^1].Candidate.Requests));
        Assert.Equal([(1L, 9_900), (2L, 100)], Arms(again));
        Feed(again, 600);
        await again.Rollouts.StepAsync(Cancellation);
        Assert.Equal((2, 1_000), ((await StateAsync(again)).Step, (int)(await StateAsync(again)).Evidence[1].Candidate.Requests));
    }

    [Fact]
    public async Task An_orderly_end_keeps_every_sample_of_the_step_also_those_that_came_last()
    {
        var rig = await StartedAsync();
        using var worker = new RolloutWorker(rig.Rollouts);
        await worker.StartAsync(Cancellation);
        Feed(rig, 400);
        await worker.StopAsync(Cancellation);
        Feed(rig, 7);
        await ((IHostedLifecycleService)worker).StoppedAsync(Cancellation);
        var state = await StateAsync(await rig.RestartAsync(_folder.Path));
        Assert.Equal((RolloutStatus.Running, 0, 407), (state.Status, state.Step, (int)state.Evidence[^1].Candidate.Requests));
    }

    [Fact]
    public async Task Of_a_crash_no_rollout_loses_more_than_ten_seconds_however_many_run()
    {
        var rig = await StartedAsync();
        rig.Source.Put("n", 1, 2);
        await rig.Manager.LoadAsync("n", LoadParameters.None, Cancellation);
        Assert.True((await rig.Rollouts.StartAsync("n", Plan(), Cancellation)).Succeeded);
        foreach (var model in new[] { "m", "n" }) End(rig, 2, isShadow: true, 400, model: model);
        _time.Advance(TimeSpan.FromSeconds(10));
        await rig.Rollouts.StepAsync(Cancellation);
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Equal(400, (await StateAsync(again)).Evidence[^1].Candidate.Requests);
        Assert.Equal(400, (await again.Rollouts.FindAsync("n", Cancellation))!.Evidence[^1].Candidate.Requests);
    }

    [Fact]
    public async Task Who_asks_is_told_what_the_step_waits_for_now()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 1_000, 10, NeedsVerdict: true)] });
        Assert.Equal("0 of 10 samples", (await StateAsync(rig)).Why);
        Feed(rig, 4);
        Assert.Equal("4 of 10 samples", (await StateAsync(rig)).Why);
        Feed(rig, 6);
        Assert.Equal("a verdict on the candidate's quality is missing", (await StateAsync(rig)).Why);
        await rig.Rollouts.PauseAsync("m", "ann", "lunch", Cancellation);
        Assert.Equal("paused by ann: lunch", (await StateAsync(rig)).Why);
    }

    [Fact]
    public async Task Errors_that_end_a_rollout_are_told_with_the_last_one()
    {
        var rig = await StartedAsync();
        Break(rig, "errors");
        rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Ended(new BatchEntry { Error = "no such row" }, ScoreStatus.Faulted, []);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal("100 % of the candidate's 61 requests failed, 0 % of the baseline's; 1 points more are allowed; the last with: no such row", (await StateAsync(rig)).Why);
    }

    [Fact]
    public async Task A_bad_candidate_is_rolled_back_while_nothing_can_be_written_and_that_is_kept_later()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 5_000, 1_000)] });
        Block(true);
        Break(rig, "errors");
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Assert.Equal(RolloutStatus.RolledBack, (await StateAsync(rig)).Status);
        Assert.Equal(1, await rig.InferAsync());
        // A process that began now would find the rollout running, and judge it again.
        Assert.Equal(RolloutStatus.Running, (await StateAsync(await rig.RestartAsync(_folder.Path))).Status);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.True(rig.Traffic.IsUnkept);
        Block(false);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.False(rig.Traffic.IsUnkept);
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Equal([(1L, 10_000)], Arms(again));
        Assert.Equal(RolloutStatus.RolledBack, (await StateAsync(again)).Status);
        Assert.Equal(1, rig.RolloutLog.Count(EventIds.RolloutFailed));
    }

    [Fact]
    public async Task The_worker_goes_on_until_a_change_that_was_in_force_is_on_the_disk()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 5_000, 1_000)] });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = rig.Rollouts.RunAsync(stop.Token);
        Block(true);
        await rig.Rollouts.AbortAsync("m", "ann", "enough", Cancellation);
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Block(false);
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(RolloutController.Look);
                return !rig.Traffic.IsUnkept;
            },
            TimeSpan.FromSeconds(20)));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal("aborted by ann: enough", (await StateAsync(await rig.RestartAsync(_folder.Path))).Why);
    }

    [Fact]
    public async Task A_step_that_cannot_be_kept_does_not_begin_and_the_one_before_goes_on_being_judged()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 100, 100), new(false, 5_000, 100)] });
        Block(true);
        Feed(rig, 100);
        for (var i = 0; i < 3; i++) await rig.Rollouts.StepAsync(Cancellation);
        var state = await StateAsync(rig);
        Assert.Equal((RolloutStatus.Running, 0, 100), (state.Status, state.Step, state.Evidence[^1].Candidate.Requests));
        Assert.StartsWith("step 2 could not begin, and is tried again: the change could not be kept", state.Why);
        Assert.Equal((1, 1), (rig.RolloutLog.Count(EventIds.RolloutFailed), rig.RolloutLog.Count(EventIds.RolloutUnwritten)));
        Block(false);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(1, (await StateAsync(rig)).Step);
        Assert.Equal([(1L, 5_000), (2L, 5_000)], Arms(rig));
        Block(true);
        Break(rig, "errors");
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Block(false);
    }

    [Fact]
    public async Task A_baseline_that_is_ready_takes_over_again_though_its_files_are_gone()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 5_000, 1_000)] });
        rig.Source.Remove("m", 1);
        Break(rig, "errors");
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal([(1L, 10_000)], Arms(rig));
        Assert.Equal(RolloutStatus.RolledBack, (await StateAsync(rig)).Status);
        Assert.Equal(1, await rig.InferAsync());
    }

    [Fact]
    public async Task A_step_that_was_kept_before_the_traffic_changed_is_brought_into_force_after_a_restart()
    {
        var rig = await StartedAsync();
        var shadow = File.ReadAllBytes(_folder[TrafficFile.FileName]);
        Feed(rig, 1_000);
        await rig.Rollouts.StepAsync(Cancellation);
        // As if the process had ended in between.
        File.WriteAllBytes(_folder[TrafficFile.FileName], shadow);
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Equal([(1L, 10_000)], Arms(again));
        await again.Rollouts.StepAsync(Cancellation);
        Assert.Equal((1, RolloutStatus.Running), ((await StateAsync(again)).Step, (await StateAsync(again)).Status));
        Assert.Equal([(1L, 9_900), (2L, 100)], Arms(again));
    }

    [Fact]
    public async Task A_paused_rollout_is_paused_after_a_restart_and_a_finished_one_can_be_read()
    {
        var rig = await StartedAsync();
        await rig.Rollouts.PauseAsync("m", "ann", "night", Cancellation);
        var again = await rig.RestartAsync(_folder.Path);
        Assert.Equal(RolloutStatus.Paused, (await StateAsync(again)).Status);
        Assert.False(again.Rollouts.AnyRunning);
        await again.Rollouts.AbortAsync("m", "ann", "enough", Cancellation);
        Assert.Equal("aborted by ann: enough", (await StateAsync(await again.RestartAsync(_folder.Path))).Why);
    }

    [Fact]
    public async Task The_worker_looks_once_a_second_while_a_rollout_runs_and_has_no_timer_otherwise()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 100, 10)] });
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var running = rig.Rollouts.RunAsync(stop.Token);
        Assert.True(SpinWait.SpinUntil(() => _time.ActiveTimers == 1, TimeSpan.FromSeconds(20)));
        Feed(rig, 10);
        _time.Advance(RolloutController.Look);
        Assert.True(SpinWait.SpinUntil(() => rig.Rollouts.All["m"][^1].Status == RolloutStatus.Completed, TimeSpan.FromSeconds(20)));
        // The version that was served before is unloaded, and its memory given back a while later: a timer that goes as time does, which the rollout's would not.
        var isAtRest = SpinWait.SpinUntil(
            () =>
            {
                _time.Advance(RolloutController.Look);
                return _time.ActiveTimers == 0;
            },
            TimeSpan.FromSeconds(20));
        Assert.True(isAtRest);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact]
    public async Task The_last_step_is_judged_by_what_the_baseline_did_before()
    {
        var rig = await StartedAsync(Plan() with { Guardrails = Unshadowed, Steps = [new(false, 5_000, 100), new(false, 10_000, 100)] });
        Feed(rig, 100);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.Equal(1, (await StateAsync(rig)).Step);
        End(rig, 2, isShadow: false, 100, microseconds: 90_000);
        await rig.Rollouts.StepAsync(Cancellation);
        Assert.StartsWith("the candidate takes ", (await StateAsync(rig)).Why);
        Assert.Equal(RolloutStatus.RolledBack, (await StateAsync(rig)).Status);
    }

    public void Dispose() => _folder.Dispose();

    private static RolloutPlan Plan() => new(1, 2, RolloutStep.Default, Guards, 0.001, "ann", "the new one");

    private async Task<TrafficRig> StartedAsync(RolloutPlan? plan = null)
    {
        var rig = await TrafficRig.StartAsync(_folder.Path, _time, 1);
        rig.Source.Put("m", 2);
        var started = await rig.Rollouts.StartAsync("m", plan ?? Plan(), Cancellation);
        Assert.True(started.Succeeded, started.Error);
        return rig;
    }

    private static async Task<RolloutState> StateAsync(TrafficRig rig) => (await rig.Rollouts.FindAsync("m", Cancellation))!;

    private static IEnumerable<(long, int)> Arms(TrafficRig rig) => rig.Traffic.SettingOf("m")!.Arms.Select(a => (a.Version, a.BasisPoints)).OrderBy(a => a.Version);

    // Both versions answer as many requests alike.
    private void Feed(TrafficRig rig, int requests)
    {
        var isShadow = IsShadow(rig);
        End(rig, 1, isShadow: false, requests);
        End(rig, 2, isShadow, requests);
        if (isShadow) rig.Traffic.StatisticsOf("m", 2, isShadow: true)!.Compared(requests, 0, 0);
    }

    private void Break(TrafficRig rig, string guard)
    {
        var isShadow = IsShadow(rig);
        End(rig, 1, isShadow: false, 600);
        var candidate = rig.Traffic.StatisticsOf("m", 2, isShadow)!;
        switch (guard)
        {
            case "errors":
                for (var i = 0; i < 60; i++) candidate.Ended(new BatchEntry(), ScoreStatus.Faulted, []);
                break;
            case "latency": End(rig, 2, isShadow, 60, microseconds: 50_000); break;
            case "disagreement":
                End(rig, 2, isShadow, 60);
                candidate.Compared(60, 10, 5);
                break;
            default: End(rig, 2, isShadow, 600, score: 0.9); break;
        }
    }

    private void End(TrafficRig rig, long version, bool isShadow, int requests, double microseconds = 1_000, double score = 0.3, string model = "m")
    {
        var statistics = rig.Traffic.StatisticsOf(model, version, isShadow)!;
        var entry = new BatchEntry();
        entry.Timings.Received = 1;
        entry.Timings.OutputReady = 1 + (long)(microseconds * _time.TimestampFrequency / 1e6);
        for (var i = 0; i < requests; i++) statistics.Ended(entry, ScoreStatus.Ok, [score + (i % 10 / 1_000.0)]);
    }

    // A folder where a file is to be written, as a disk that is full refuses it.
    private void Block(bool isFull)
    {
        foreach (var file in new[] { "traffic.json.next", "rollouts.json.next" })
        {
            if (isFull) Directory.CreateDirectory(_folder[file]);
            else Directory.Delete(_folder[file]);
        }
    }

    private static bool IsShadow(TrafficRig rig) => rig.Traffic.SettingOf("m")!.Shadows.Count > 0;
}
