using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Tests.Windows;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.Tests.PointInTime;

/// <summary>Stream features of a history, against brute force and against the panes that the online store keeps.</summary>
public sealed class PointInTimeWindowTests
{
    private const long Hour = Durations.Hour;
    private static readonly FeatureViewDefinition View = WindowViews.Everything("1h", "24h", "30d");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Every_function_over_every_window_is_what_brute_force_gives(int seed)
    {
        var view = PointInTimeView.Create(View, WindowViews.Source(), WindowViews.Source().Fields);
        var made = new RandomEvents(seed);
        var events = made.Make(200, SampleMembers.Day(10), 24 * 31 * Hour, Hour, finite: true);
        HistoryEvent[] history = [.. events.Select(Histories.Of)];
        for (var read = 0; read < 20; read++)
        {
            var now = SampleMembers.Day(10) - made.Random.NextInt64(24 * 40 * Hour) + (24 * Hour);
            var row = view.Evaluate(history, long.MaxValue, now);
            for (var i = 0; i < View.Features.Count; i++)
            {
                var expected = BruteForce.Value(View.Features[i], events, now);
                Assert.True(Same(expected, row.Values[i]), $"{View.Features[i].Name} at {now}: {row.Values[i]}, by brute force {expected}; seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Awkward_values_count_as_the_panes_count_them(int seed)
    {
        // Every function but the sums: of 1e17 and 1 only the panes' own order of adding gives the panes' last digits.
        var definition = WindowViews.View([.. View.Features.Where(f => f.Aggregate!.Function is "count" or "min" or "max" or "last" or "distinct")]);
        var view = PointInTimeView.Create(definition, WindowViews.Source(), WindowViews.Source().Fields);
        var plan = WindowViews.Plan(definition);
        var now = SampleMembers.Day(10);
        var events = new RandomEvents(seed).Make(300, now, 24 * 31 * Hour, Hour, finite: false);
        byte[] stored = [];
        foreach (var one in events)
        {
            var ev = new PlanEvent(plan, one);
            var next = new byte[WindowRow.MaxBytesAfter(plan, stored, ev)];
            Assert.True(WindowRow.Apply(plan, stored, ev, next, out var written));
            stored = next[..written];
        }
        var values = new FeatureValue[plan.FeatureCount];
        Assert.True(WindowRow.Read(plan, stored, now, values));
        var row = view.Evaluate([.. events.Select(Histories.Of)], long.MaxValue, now);
        for (var i = 0; i < values.Length; i++) Assert.True(Same(values[i], row.Values[i]), $"{definition.Features[i].Name}: {row.Values[i]}, by panes {values[i]}; seed {seed}");
    }

    [Fact]
    public void What_was_not_known_yet_does_not_count()
    {
        var view = PointInTimeView.Create(WindowViews.View(WindowViews.Feature("count", null, "1h")), WindowViews.Source(), WindowViews.Source().Fields);
        HistoryEvent[] history = [.. Enumerable.Range(0, 5).Select(i => Histories.Of(new RawEvent(SampleMembers.Day(1) - i, i, "visit")))];
        Assert.Equal([0, 1, 2, 3, 4, 5], Enumerable.Range(0, 6).Select(known => view.Evaluate(history, known, SampleMembers.Day(1)).Values[0].AsInt64));
        Assert.Equal(PointInTimeStatus.NotFound, view.Evaluate(history, 0, SampleMembers.Day(1)).Status);
    }

    [Fact]
    public void An_entity_whose_events_no_feature_takes_has_no_row()
    {
        var view = PointInTimeView.Create(WindowViews.View(WindowViews.Feature("count", null, "1h", WindowViews.FilterOf("purchase"))), WindowViews.Source(), WindowViews.Source().Fields);
        var row = view.Evaluate([Histories.Of(new RawEvent(SampleMembers.Day(1), 0, "visit"))], long.MaxValue, SampleMembers.Day(1));
        Assert.Equal((PointInTimeStatus.NotFound, true), (row.Status, row.Values[0].IsNull));
    }

    [Fact]
    public void Age_is_that_of_the_newest_event_which_is_no_newer_than_when_it_was_read()
    {
        var definition = WindowViews.View(WindowViews.Feature("count", null, "30d"));
        definition.Ttl = "1h";
        var view = PointInTimeView.Create(definition, WindowViews.Source(), WindowViews.Source().Fields);
        HistoryEvent[] history = [Histories.Of(new RawEvent(SampleMembers.Day(1) + Hour, 0, "visit", Ingest: SampleMembers.Day(1)))];
        Assert.Equal(PointInTimeStatus.Present, view.Evaluate(history, long.MaxValue, SampleMembers.Day(1) + Hour).Status);
        Assert.Equal(PointInTimeStatus.OutsideMaxAge, view.Evaluate(history, long.MaxValue, SampleMembers.Day(1) + Hour + 1).Status);
    }

    private static bool Same(FeatureValue expected, FeatureValue actual)
    {
        if (expected.Type != FeatureDataType.Double || actual.Type != FeatureDataType.Double) return expected.Equals(actual);
        var (a, b) = (expected.AsDouble, actual.AsDouble);
        return a.Equals(b) || Math.Abs(a - b) <= 1e-9 * Math.Max(1e-3, Math.Abs(a));
    }
}
