using FeatureModel.Definitions;
using FeatureModel.Windows;
using static FeatureModel.Tests.Windows.WindowViews;

namespace FeatureModel.Tests.Windows;

public sealed class WindowCoverageTests
{
    private const long Day = 86_400_000_000;

    [Fact]
    public void Windows_that_a_view_begins_with_are_none_that_were_added()
    {
        Assert.Empty(Begun(0, Feature("count"), Feature("sum", "points", "90d")).Coverage.Added);
    }

    [Fact]
    public void A_window_over_another_field_begins_with_the_version_that_brings_it()
    {
        var (coverage, plan) = Begun(0, Feature("count"));
        var next = Next(coverage, plan, 100 * Day, Feature("count"), Feature("sum", "points", "30d"));
        Assert.Equal([new AddedWindow(1, 130 * Day - Day)], next.Coverage.Added);
    }

    [Fact]
    public void A_version_within_a_pane_counts_from_the_next_pane_on()
    {
        var (coverage, plan) = Begun(0, Feature("count"));
        var next = Next(coverage, plan, (100 * Day) + 1, Feature("count"), Feature("sum", "points", "30d"));
        Assert.Equal([new AddedWindow(1, 130 * Day)], next.Coverage.Added);
    }

    [Fact]
    public void A_longer_window_over_panes_of_the_same_length_goes_on_from_what_the_shorter_one_kept()
    {
        var (coverage, plan) = Begun(0, Feature("count", window: "30d"));
        var next = Next(coverage, plan, 100 * Day, Feature("count", window: "30d"), Feature("count", window: "45d"));
        Assert.Equal([new AddedWindow(1, (70 + 45 - 1) * Day)], next.Coverage.Added);
        // A view that is younger than its window has kept less.
        (coverage, plan) = Begun(90 * Day, Feature("count", window: "30d"));
        next = Next(coverage, plan, 100 * Day, Feature("count", window: "30d"), Feature("count", window: "45d"));
        Assert.Equal([new AddedWindow(1, (90 + 45 - 1) * Day)], next.Coverage.Added);
    }

    [Fact]
    public void A_shorter_window_over_panes_of_the_same_length_is_whole_at_once()
    {
        var (coverage, plan) = Begun(0, Feature("count", window: "45d"));
        Assert.Empty(Next(coverage, plan, 100 * Day, Feature("count", window: "45d"), Feature("count", window: "30d")).Coverage.Added);
    }

    [Fact]
    public void A_window_that_was_away_begins_anew_and_decayed_values_have_no_moment()
    {
        var (coverage, plan) = Begun(0, Feature("count"), Feature("sum", "points"));
        (coverage, plan) = Next(coverage, plan, 100 * Day, Feature("count"));
        (coverage, _) = Next(coverage, plan, 200 * Day, Feature("count"), Feature("sum", "points"), Decayed("points"));
        Assert.Equal([new AddedWindow(1, 229 * Day)], coverage.Added);
    }

    private static (WindowCoverage Coverage, WindowPlan Plan) Begun(long at, params FeatureDefinition[] features)
    {
        var plan = Plan(View(features));
        return (WindowCoverage.Begin(plan, at), plan);
    }

    private static (WindowCoverage Coverage, WindowPlan Plan) Next(WindowCoverage coverage, WindowPlan before, long at, params FeatureDefinition[] features)
    {
        var plan = WindowPlan.Compile(View(features), Source(), before).Plan!;
        return (coverage.Next(plan, at), plan);
    }
}
