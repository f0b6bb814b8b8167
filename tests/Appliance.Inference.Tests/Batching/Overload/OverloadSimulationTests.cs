namespace Appliance.Inference.Tests.Batching.Overload;

/// <summary>What callers see of a model below, at and beyond what it answers: simulated, seeded, by the real rules.</summary>
public sealed class OverloadSimulationTests
{
    private const double Second = 1000;

    [Fact]
    public void At_three_times_what_it_answers_a_model_answers_nearly_as_many_and_hardly_later_than_at_four_fifths()
    {
        var (model, capacity) = Wide(rates: [0.8, 3]);
        new SimulatedCores(2).Run(10 * Second, model);
        Assert.Equal(0, model.RefusedIn(0, 5 * Second));
        // The second that the queue takes to be found standing is part of neither.
        var (before, during) = (model.P99(Second, 5 * Second), model.P99(6 * Second, 10 * Second));
        Assert.True(during <= 2 * before, $"p99 {during} after {before}");
        var goodput = model.AnsweredIn(6 * Second, 10 * Second) / (4 * Second * capacity);
        Assert.True(goodput >= 0.9, $"goodput {goodput}");
        Assert.All(model.Refused, r => Assert.Equal(ScoreStatus.StandingQueue, r.Status));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Nothing_is_refused_at_a_load_just_below_what_it_answers_whose_runs_take_now_longer_and_now_less_long(int seed)
    {
        var (model, _) = Wide(rates: [0.95], seed, noise: 0.2);
        new SimulatedCores(2).Run(10 * Second, model);
        Assert.Empty(model.Refused);
        Assert.True(model.Answered.Count > 100_000);
    }

    [Fact]
    public void When_the_load_falls_refusing_ends_at_once()
    {
        var (model, _) = Wide(rates: [3, 0.8]);
        new SimulatedCores(2).Run(10 * Second, model);
        Assert.True(model.RefusedIn(4.9 * Second, 5 * Second) > 1000);
        var after = model.RefusedIn(5 * Second, 10 * Second);
        Assert.True(after < 0.001 * model.AnsweredIn(5 * Second, 10 * Second), $"{after} refused after the load fell");
    }

    [Fact]
    public void A_hint_is_as_long_as_what_waited()
    {
        var (model, _) = Wide(rates: [3]);
        new SimulatedCores(2).Run(5 * Second, model);
        var hints = model.Refused.Where(r => r.At > Second).Select(r => r.RetryIn).ToArray();
        // The target is a third of a run of 18 ms, and a run that lasts longer than it should have makes it little more.
        Assert.InRange(hints.Min(), 5, 8);
        Assert.InRange(hints.Max(), 6, 25);
    }

    [Fact]
    public void A_queue_that_may_stand_for_ever_is_left_alone()
    {
        var (model, _) = Wide(rates: [1.5], mayStandFor: 0);
        new SimulatedCores(2).Run(2 * Second, model);
        Assert.Empty(model.Refused);
        Assert.True(model.P99(Second, 1.2 * Second) > 400);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(200)]
    public void A_model_without_batches_recovers_too(double run)
    {
        var model = new SimulatedModel(maxBatchSize: 0, instances: 2, seed: 5)
        {
            RunCosts = 0, RowCosts = run, Rate = at => (at < 100 * run || at > 400 * run ? 1.2 : 6) / run,
        };
        new SimulatedCores(2).Run(700 * run, model);
        Assert.True(model.RefusedIn(200 * run, 400 * run) > 500);
        Assert.Equal(0, model.RefusedIn(420 * run, 700 * run));
    }

    [Fact]
    public void A_model_that_is_flooded_sheds_and_another_on_the_same_core_refuses_nobody()
    {
        var flooded = new SimulatedModel(maxBatchSize: 32, instances: 1, seed: 6) { RunCosts = 1, RowCosts = 0.2, Rate = _ => 15 };
        // 3 of the 15 ms that the two have between turns of it: less than its half.
        var other = new SimulatedModel(maxBatchSize: 32, instances: 1, seed: 7) { RunCosts = 1, RowCosts = 0.2, Rate = _ => 0.5 };
        new SimulatedCores(1).Run(10 * Second, flooded, other);
        Assert.True(flooded.Refused.Count > 50_000);
        Assert.Empty(other.Refused);
        Assert.True(other.P99(Second, 10 * Second) < 30);
    }

    [Fact]
    public void Two_models_that_are_flooded_alike_are_answered_alike()
    {
        var models = Enumerable.Range(8, 2).Select(seed => new SimulatedModel(maxBatchSize: 32, instances: 1, seed) { RunCosts = 1, RowCosts = 0.2, Rate = _ => 15 }).ToArray();
        new SimulatedCores(1).Run(10 * Second, models);
        var answered = models.Select(m => m.AnsweredIn(Second, 10 * Second)).Order().ToArray();
        Assert.All(models, m => Assert.NotEmpty(m.Refused));
        Assert.True(answered[1] < 1.1 * answered[0], $"{answered[0]} and {answered[1]}");
    }

    // As the model that the overload row of perf/schedule.sh calls: 18 ms for a full batch. Rates are shares of what it answers, five seconds each.
    private static (SimulatedModel Model, double Capacity) Wide(double[] rates, int seed = 1, double noise = 0.2, int mayStandFor = 100)
    {
        const double capacity = 2 * 128 / (1 + (0.135 * 128));
        var model = new SimulatedModel(128, instances: 2, seed, mayStandFor)
        {
            RunCosts = 1, RowCosts = 0.135, Noise = noise, Rate = at => capacity * rates[Math.Min(rates.Length - 1, (int)(at / (5 * Second)))],
        };
        return (model, capacity);
    }
}
