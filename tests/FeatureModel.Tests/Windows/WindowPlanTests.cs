using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureModel.Windows;
using static FeatureModel.Tests.Windows.WindowViews;

namespace FeatureModel.Tests.Windows;

public sealed class WindowPlanTests
{
    [Fact]
    public void Count_sum_and_mean_of_one_field_filter_and_window_share_one_track() =>
        Assert.Equal(1, Plan(View(Feature("count", "amount"), Feature("sum", "amount"), Feature("mean", "amount"), Feature("last", "amount"))).TrackCount);

    [Fact]
    public void Windows_of_one_pane_length_share_one_track() =>
        Assert.Equal(1, Plan(View(Feature("sum", "amount", "30d"), Feature("sum", "amount", "45d"), Feature("max", "amount", "59d"))).TrackCount);

    [Fact]
    public void Another_field_filter_or_pane_length_is_another_track()
    {
        var purchases = FilterOf("purchase");
        Assert.Equal(5, Plan(View(
            Feature("sum", "amount"), Feature("sum", "points"), Feature("sum", "amount", where: purchases), Feature("sum", "amount", "7d"),
            Feature("count"))).TrackCount);
    }

    [Fact]
    public void A_plan_names_each_field_and_filter_once_in_the_order_of_its_features()
    {
        var plan = Plan(View(
            Feature("sum", "points", where: FilterOf("b")), Feature("distinct", "channel", where: FilterOf("a")),
            Feature("max", "points", where: $" {FilterOf("b")} ")));
        Assert.Equal(
            [
                new("points", FeatureDataType.Int64, WindowFieldKind.Integer),
                new WindowField("channel", FeatureDataType.String, WindowFieldKind.Text),
            ],
            plan.Fields);
        Assert.Equal([FilterOf("b"), FilterOf("a")], plan.Filters);
        Assert.Equal(2, plan.TrackCount);
    }

    [Fact]
    public void Counts_and_sums_of_integers_can_be_doubles()
    {
        var rig = new RowRig(View(Feature("count", type: "double"), Feature("sum", "points", type: "double"), Feature("distinct", "points", type: "double")));
        rig.Apply(new RawEvent(0, 0, "visit", Points: 7));
        Assert.Equal([FeatureValue.Of(1.0), FeatureValue.Of(7.0), FeatureValue.Of(1.0)], rig.Read(0));
    }

    [Fact]
    public void Numbers_can_be_floats()
    {
        var rig = new RowRig(View(Feature("mean", "amount", type: "float"), Feature("max", "amount", type: "float")));
        rig.Apply(new RawEvent(0, 0, "visit", Amount: 0.1));
        Assert.Equal([FeatureValue.Of(0.1f), FeatureValue.Of(0.1f)], rig.Read(0));
    }

    public static TheoryData<string, string> Breaches => new()
    {
        { "median", "aggregate.function is 'median'; it must be count, sum, min, max, mean, last, distinct or decayed" },
        { "no field", "aggregate.field is absent; sum takes one of source 'member_events': amount, points, channel, seen, tags" },
        { "unknown field", "aggregate.field is 'price'; it must be one of source 'member_events': amount, points, channel, seen, tags" },
        { "list field", "aggregate.field is 'tags'; its type in source 'member_events' is 'list<string>'; a window takes int32, int64, bool" },
        { "sum of text", "aggregate.field is 'channel'; it is a string, which only count and distinct take, not sum" },
        { "last of text", "aggregate.field is 'channel'; it is a string, which only count and distinct take, not last; the newest text of an entity is a string feature of a batch view" },
        { "sum of moments", "aggregate.field is 'seen'; it is a timestamp, which sum does not take" },
        { "no window", "aggregate.window is absent; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d; here from 1m to 90d" },
        { "window in words", "aggregate.window is 'a month'; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d; here from 1m to 90d" },
        { "short window", "aggregate.window is '30s'; it must be from 1m to 90d; the nearest is 1m" },
        { "long window", "aggregate.window is '91d'; it must be from 1m to 90d; the nearest is 90d" },
        { "odd window", "aggregate.window is '61s'; no pane length divides it into 30 to 60; the nearest that have one are 1m and 62s" },
        { "decayed with window", "aggregate.window is '7d'; decayed has a halfLife and no window" },
        { "no half life", "aggregate.halfLife is absent; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d; here from 1s to 365d" },
        { "long half life", "aggregate.halfLife is '366d'; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d; here from 1s to 365d" },
        { "half life of a sum", "aggregate.halfLife is '1d'; only decayed has one, sum has a window" },
        { "blank filter", "aggregate.where is ' '; it must be an expression, or absent for all events" },
        { "type of a count", "type is 'string'; count gives int64 or double" },
        { "type of a mean", "type is 'int64'; mean of a field of type double gives double or float" },
        { "type of a last", "type is 'int64'; last of a field of type timestamp gives timestamp" },
        { "unknown type", "type is 'decimal'; it must be one of bytes, string, int32" },
        { "no aggregate", "aggregate is absent; every feature of a stream view has one" },
    };

    [Theory]
    [MemberData(nameof(Breaches))]
    public void A_breach_names_view_feature_value_and_rule(string breach, string rule)
    {
        var feature = Broken(breach);
        var result = WindowPlan.Compile(View(Feature("count"), feature), Source());
        Assert.False(result.Succeeded);
        Assert.StartsWith($"view 'member_stats' feature '{feature.Name}': {rule}", Assert.Single(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_breach_is_reported_and_those_of_view_and_source_as_well()
    {
        var view = View(Feature("sum", "price"), Feature("mean", "channel"));
        view.Kind = "batch";
        var errors = WindowPlan.Compile(view, Source("soon")).Errors;
        Assert.Equal(4, errors.Count);
        Assert.Contains("view 'member_stats': kind is 'batch'; only a view of kind stream has windows", errors);
        Assert.Contains("source 'member_events': lateness is 'soon'; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d", errors);
    }

    [Fact]
    public void A_view_without_features_has_no_plan() =>
        Assert.Contains("it has 0 features", Assert.Single(WindowPlan.Compile(View(), Source()).Errors), StringComparison.Ordinal);

    private static FeatureDefinition Broken(string breach) => breach switch
    {
        "median" => Feature("median", "amount"),
        "no field" => Feature("sum"),
        "unknown field" => Feature("sum", "price"),
        "list field" => Feature("count", "tags"),
        "sum of text" => Feature("sum", "channel"),
        "last of text" => Feature("last", "channel", type: "string"),
        "sum of moments" => Feature("sum", "seen"),
        "no window" => Feature("sum", "amount", window: null),
        "window in words" => Feature("sum", "amount", "a month"),
        "short window" => Feature("sum", "amount", "30s"),
        "long window" => Feature("sum", "amount", "91d"),
        "odd window" => Feature("sum", "amount", "61s"),
        "decayed with window" => Feature("decayed", "amount", "7d", halfLife: "1d"),
        "no half life" => Feature("decayed", "amount", window: null),
        "long half life" => Decayed("amount", "366d"),
        "half life of a sum" => Feature("sum", "amount", "7d", halfLife: "1d"),
        "blank filter" => Feature("sum", "amount", where: " "),
        "type of a count" => Feature("count", type: "string"),
        "type of a mean" => Feature("mean", "amount", type: "int64"),
        "type of a last" => Feature("last", "seen", type: "int64"),
        "unknown type" => Feature("sum", "amount", type: "decimal"),
        "no aggregate" => new FeatureDefinition { Name = "bare", Type = "double" },
        _ => throw new ArgumentOutOfRangeException(nameof(breach), breach, "no such breach"),
    };
}
