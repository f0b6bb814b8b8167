using Appliance.Scoring.Traffic;
using Appliance.Scoring.Traffic.Arms;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Scoring.Tests.Traffic.Rollouts;

public sealed class RolloutPolicyTests
{
    private static readonly DateTimeOffset Start = new(2026, 5, 4, 3, 2, 1, TimeSpan.Zero);
    private static readonly RolloutStep Step = new(false, 100, 1_000, MinSeconds: 60);
    private static readonly RolloutPlan Plan = new(1, 2, [Step, Step], Guardrails.Default, 0, "ann", "why");
    private static readonly Guardrails All = new(1, 2, 0.99, 1, 5, 0.25, 0.2, 50, 500);
    private static readonly ArmTally Good = Tally(requests: 1_000, microseconds: 1_000);

    [Fact]
    public void A_step_waits_for_its_samples_then_for_its_time_then_for_its_verdict()
    {
        var evidence = StepEvidence.Begin(0, Start) with { Candidate = Tally(999, 1_000) };
        Assert.Equal(new(RolloutAction.Wait, "999 of 1000 samples"), RolloutPolicy.Decide(Plan, evidence, Start.AddDays(1)));
        evidence = evidence with { Candidate = Good };
        Assert.Equal(new(RolloutAction.Wait, "the step takes 59 seconds more at least"), RolloutPolicy.Decide(Plan, evidence, Start.AddSeconds(1)));
        Assert.Equal(new(RolloutAction.Advance, "step 1 has passed"), RolloutPolicy.Decide(Plan, evidence, Start.AddSeconds(60)));
        var asking = Plan with { Steps = [Step with { NeedsVerdict = true }, Step] };
        Assert.Equal(new(RolloutAction.Wait, "a verdict on the candidate's quality is missing"), RolloutPolicy.Decide(asking, evidence, Start.AddSeconds(60)));
        Assert.Equal(RolloutAction.Advance, RolloutPolicy.Decide(asking, evidence with { Verdict = Verdict(true) }, Start.AddSeconds(60)).Action);
    }

    [Fact]
    public void A_shadow_of_which_nothing_is_compared_does_not_pass_a_guardrail_on_disagreement()
    {
        var shadow = new RolloutStep(true, 10_000, 1_000);
        var plan = Plan with { Steps = [shadow, Step], Guardrails = All };
        var evidence = StepEvidence.Begin(0, Start) with { Candidate = Good, Findings = RolloutPolicy.Judge(All, shadow, Good, Good) };
        Assert.Equal(new(RolloutAction.Wait, "disagreement is not judged yet: 0 of 50 compared rows"), RolloutPolicy.Decide(plan, evidence, Start.AddDays(1)));
        var compared = Good with { Compared = 50 };
        evidence = evidence with { Candidate = compared, Findings = RolloutPolicy.Judge(All, shadow, Good, compared) };
        Assert.Equal(RolloutAction.Advance, RolloutPolicy.Decide(plan, evidence, Start.AddDays(1)).Action);
        Refused(
            "guardrails.maxDisagreementPercent", "guardrails.maxDisagreementPercent is 5; only the copies of a shadow are compared, and no step is one",
            Plan with { Guardrails = All });
    }

    [Fact]
    public void The_last_step_completes_it() =>
        Assert.Equal(RolloutAction.Complete, RolloutPolicy.Decide(Plan, StepEvidence.Begin(1, Start) with { Candidate = Good }, Start.AddSeconds(60)).Action);

    [Fact]
    public void A_verdict_against_it_or_a_broken_guardrail_rolls_back_at_once_whatever_the_samples()
    {
        var evidence = StepEvidence.Begin(0, Start);
        Assert.Equal(
            new(RolloutAction.RollBack, "the verdict of bob is against it: recall fell"), RolloutPolicy.Decide(Plan, evidence with { Verdict = Verdict(false) }, Start));
        Assert.Equal(new(RolloutAction.RollBack, "too slow"), RolloutPolicy.Decide(Plan, evidence with { Findings = [new("latency", 3, 2, true, "too slow")] }, Start));
    }

    [Theory]
    [InlineData(10, false)]
    [InlineData(11, true)]
    public void Errors_are_judged_by_how_far_they_lie_above_the_baselines(int errors, bool isBroken) =>
        Assert.Equal(isBroken, Finding("errors", Good, Good with { Errors = errors }).IsBroken);

    [Fact]
    public void Errors_that_the_baseline_has_too_are_the_callers() =>
        Assert.False(Finding("errors", Good with { Errors = 300 }, Good with { Errors = 305 }).IsBroken);

    [Theory]
    [InlineData(10_000, 19_000, false)]
    [InlineData(10_000, 22_000, true)]
    [InlineData(50, 900, false)]
    [InlineData(50, 1_300, true)]
    public void Latency_is_judged_by_its_ratio_beyond_the_slack(double baseline, double candidate, bool isBroken) =>
        Assert.Equal(isBroken, Finding("latency", Tally(1_000, baseline), Tally(1_000, candidate)).IsBroken);

    [Theory]
    [InlineData(50, 3, 4)]
    [InlineData(1_000, 20, 21)]
    public void Latency_is_not_broken_by_so_few_slow_answers_as_the_machine_brings_by_chance(int answers, int most, int fewest)
    {
        var held = Finding("latency", Tally(1_000, 1_000), Slow(answers, most));
        Assert.False(held.IsBroken);
        Assert.EndsWith($"; {most} of {answers} answers took longer than that, which may be chance up to {most}", held.Words);
        Assert.True(held.Value > 2);
        var broken = Finding("latency", Tally(1_000, 1_000), Slow(answers, fewest));
        Assert.True(broken.IsBroken);
        Assert.EndsWith(" are allowed", broken.Words);
    }

    [Fact]
    public void Errors_that_break_are_told_with_the_last_one_shortened()
    {
        string Words(int errors, string lastError) =>
            RolloutPolicy.Judge(All, Step, Good, Good with { Errors = errors }, lastError).Single(f => f.Guard == "errors").Words;
        Assert.EndsWith("are allowed; the last with: no such row", Words(20, "no such row"));
        Assert.EndsWith("; the last with: " + new string('x', 200) + "...", Words(20, new string('x', 201)));
        Assert.EndsWith(" are allowed", Words(20, ""));
        Assert.EndsWith(" are allowed", Words(2, "no such row"));
    }

    [Theory]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void Disagreement_is_judged_by_the_rows_that_were_compared(int disagreed, bool isBroken) =>
        Assert.Equal(isBroken, Finding("disagreement", Good, Good with { Compared = 1_000, Disagreed = disagreed }).IsBroken);

    [Theory]
    [InlineData("psi")]
    [InlineData("ks")]
    public void Scores_that_drift_are_seen(string guard)
    {
        var (low, high) = (Scores(0.2, 600), Scores(0.9, 600));
        Assert.True(Finding(guard, low, high).IsBroken);
        Assert.False(Finding(guard, low, low).IsBroken);
        Assert.Equal("not judged yet: 499 of 500 scores", Finding(guard, low, Scores(0.9, 499)).Words);
    }

    [Fact]
    public void Nothing_is_judged_by_fewer_samples_than_the_guardrails_want_unless_the_step_has_no_more()
    {
        var few = Tally(49, 1_000) with { Errors = 49 };
        var waiting = Finding("errors", Good, few);
        Assert.Equal((null, false, "not judged yet: 49 of 50 requests"), (waiting.Value, waiting.IsBroken, waiting.Words));
        Assert.True(RolloutPolicy.Judge(All, Step with { Samples = 20 }, Good, few).Single(f => f.Guard == "errors").IsBroken);
    }

    [Fact]
    public void A_guardrail_that_is_off_finds_nothing() =>
        Assert.Empty(RolloutPolicy.Judge(new Guardrails(null, null, 0.99, 1, null, null, null, 1, 1), Step, Good, Good with { Errors = 1_000 }));

    [Fact]
    public void The_usual_plan_goes_from_a_shadow_over_1_10_and_50_to_100_percent()
    {
        Assert.Equal(["shadow 100 %", "1 %", "10 %", "50 %", "100 %"], RolloutStep.Default.Select(s => s.Words));
        var plan = Plan with { Steps = RolloutStep.Default };
        Assert.Null(RolloutRules.Check(plan));
        Assert.Equal([(1L, 10_000)], plan.TrafficOf(0, "r").Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.Equal(new ShadowShare(2, 10_000, 0), plan.TrafficOf(0, "r").Shadows.Single());
        Assert.Equal([(1L, 0), (2L, 10_000)], plan.TrafficOf(4, "r").Arms.Select(a => (a.Version, a.BasisPoints)));
        Assert.All(Enumerable.Range(0, 5), step => Assert.Null(TrafficRules.Check(plan.TrafficOf(step, "r"))));
    }

    [Fact]
    public void Plans_that_make_no_sense_are_refused_by_field_value_and_rule()
    {
        Refused("candidate", "candidate is 0; it must be a whole number from 1", Plan with { Candidate = 0 });
        Refused("candidate", "candidate is 1, which is the baseline", Plan with { Candidate = 1 });
        Refused("steps", "steps has 0 elements; it must have 1 to 32", Plan with { Steps = [] });
        Refused("steps[0].percent", "steps[0].percent is 0; it must be above 0 and at most 100, in steps of 0.01", Plan with { Steps = [new(false, 0, 1)] });
        Refused("steps[0].samples", "steps[0].samples is 0; it must be a whole number from 1", Plan with { Steps = [new(false, 1, 0)] });
        Refused("steps[1].percent", "steps[1].percent is 1; it must be at least the 10 of the step before", Plan with { Steps = [new(false, 1_000, 1), new(false, 100, 1)] });
        Refused("steps[1].shadow", "steps[1] is a shadow behind a step that is none; shadows come first", Plan with { Steps = [new(false, 1_000, 1), new(true, 100, 1)] });
        Refused("guardrails.maxKs", "guardrails.maxKs is 2; it must be 0 to 1", Plan with { Guardrails = All with { MaxKs = 2 } });
        Refused("guardrails.latencyQuantile", "guardrails.latencyQuantile is 1; it must be 0.5 to 0.999", Plan with { Guardrails = All with { LatencyQuantile = 1 } });
        Refused("guardrails.maxPsi", "guardrails.maxPsi is NaN; it must be 0 to 100", Plan with { Guardrails = All with { MaxPsi = double.NaN } });
        Refused("reason", "reason has 0 characters; it must say why in 1 to 1024", Plan with { Reason = "" });
    }

    private static void Refused(string field, string message, RolloutPlan plan) => Assert.Equal(new TrafficFault(field, message), RolloutRules.Check(plan));

    private static GuardFinding Finding(string guard, ArmTally baseline, ArmTally candidate) => RolloutPolicy.Judge(All, Step, baseline, candidate).Single(f => f.Guard == guard);

    private static ArmTally Tally(int requests, double microseconds) =>
        ArmTally.None with { Requests = requests, Durations = DriftTests.Of(Enumerable.Repeat(microseconds, requests)) };

    // Of the others, each takes as long as the baseline's.
    private static ArmTally Slow(int requests, int slow) =>
        ArmTally.None with { Requests = requests, Durations = DriftTests.Of([.. Enumerable.Repeat(50_000.0, slow), .. Enumerable.Repeat(1_000.0, requests - slow)]) };

    private static ArmTally Scores(double around, int count) =>
        ArmTally.None with { Requests = count, Scores = DriftTests.Of(Enumerable.Range(0, count).Select(i => around + (i % 10 / 1_000.0))) };

    private static RolloutVerdict Verdict(bool passed) => new(passed, "bob", passed ? "good" : "recall fell", new Dictionary<string, double>(), Start);
}
