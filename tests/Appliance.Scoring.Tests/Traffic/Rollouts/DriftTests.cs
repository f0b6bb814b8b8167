using Appliance.Scoring.Traffic.Arms;
using Appliance.Scoring.Traffic.Rollouts;

namespace Appliance.Scoring.Tests.Traffic.Rollouts;

public sealed class DriftTests
{
    [Fact]
    public void The_same_distribution_has_no_distance_from_itself()
    {
        var scores = Of(Enumerable.Range(0, 1_000).Select(i => i / 1_000.0));
        Assert.Equal((0, 0), (Drift.Psi(scores, scores), Drift.Ks(scores, scores)));
        var twice = scores.Plus(scores);
        Assert.Equal(0, Drift.Psi(scores, twice), 10);
        Assert.Equal(0, Drift.Ks(scores, twice), 10);
    }

    [Fact]
    public void Chance_alone_stays_far_below_the_limits_that_are_usual()
    {
        var random = new Random(5);
        var (a, b) = (Of(Draw(random, 1_000, 0)), Of(Draw(random, 1_000, 0)));
        Assert.InRange(Drift.Psi(a, b), 0.0001, 0.05);
        Assert.InRange(Drift.Ks(a, b), 0.001, 0.08);
    }

    [Fact]
    public void A_shift_is_seen_by_both_and_grows_with_it()
    {
        var random = new Random(5);
        var baseline = Of(Draw(random, 5_000, 0));
        var (little, much) = (Of(Draw(random, 5_000, 0.1)), Of(Draw(random, 5_000, 0.5)));
        Assert.True(Drift.Psi(baseline, little) < Drift.Psi(baseline, much));
        Assert.True(Drift.Psi(baseline, much) > 0.25);
        // Uniform from 0 to 1 against uniform from 0.5 to 1.5: half of it lies apart.
        Assert.InRange(Drift.Ks(baseline, much), 0.45, 0.55);
    }

    [Fact]
    public void Two_bins_of_known_shares_give_the_index_that_its_formula_does()
    {
        var baseline = Of([.. Enumerable.Repeat(0.2, 50), .. Enumerable.Repeat(0.8, 50)]);
        var candidate = Of([.. Enumerable.Repeat(0.2, 25), .. Enumerable.Repeat(0.8, 75)]);
        Assert.Equal(((0.25 - 0.5) * Math.Log(0.25 / 0.5)) + ((0.75 - 0.5) * Math.Log(0.75 / 0.5)), Drift.Psi(baseline, candidate), 10);
        Assert.Equal(0.25, Drift.Ks(baseline, candidate), 10);
    }

    [Fact]
    public void Scores_outside_all_that_the_baseline_had_count_as_its_outermost_bins_and_nothing_divides_by_nothing()
    {
        var baseline = Of(Enumerable.Range(0, 100).Select(i => 1 + (i / 100.0)));
        Assert.True(Drift.Psi(baseline, Of(Enumerable.Repeat(50.0, 100))) > 1);
        Assert.True(double.IsFinite(Drift.Psi(baseline, Of(Enumerable.Repeat(-50.0, 100)))));
        Assert.Equal(1, Drift.Ks(baseline, Of(Enumerable.Repeat(50.0, 100))), 10);
        Assert.Equal((0, 0), (Drift.Psi(ValueCounts.None, baseline), Drift.Ks(baseline, ValueCounts.None)));
    }

    internal static ValueCounts Of(IEnumerable<double> values)
    {
        var histogram = new ValueHistogram();
        foreach (var value in values) histogram.Record(value);
        return histogram.Take();
    }

    private static IEnumerable<double> Draw(Random random, int count, double shift) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() + shift)];
}
