using FeatureModel.Values;
using FeatureModel.Windows;
using static FeatureModel.Tests.Windows.WindowViews;
using TestKit;

namespace FeatureModel.Tests.Windows;

public sealed class WindowRowTests
{
    private const long Second = 1_000_000;
    private const long Day = 86_400 * Second;

    [Fact]
    public void Without_events_counts_and_sums_are_0_and_the_others_null()
    {
        var rig = new RowRig(View(
            Feature("count"), Feature("sum", "amount"), Feature("sum", "points"), Feature("distinct", "channel"), Decayed(),
            Feature("min", "amount"), Feature("max", "points"), Feature("mean", "points"), Feature("last", "amount")));
        FeatureValue[] empty =
        [
            FeatureValue.Of(0L), FeatureValue.Of(0.0), FeatureValue.Of(0L), FeatureValue.Of(0L), FeatureValue.Of(0.0),
            FeatureValue.Null, FeatureValue.Null, FeatureValue.Null, FeatureValue.Null,
        ];
        Assert.Equal(empty, rig.Read(0));
        rig.Apply(new RawEvent(5 * Day, 0, "visit", Amount: 1, Points: 2, Channel: "app"));
        foreach (var now in new[] { 3 * Day, 90 * Day })
        {
            // Decayed has no window that it could leave.
            Assert.Equal(empty[..4], rig.Read(now)[..4]);
            Assert.Equal(empty[5..], rig.Read(now)[5..]);
        }
    }

    [Fact]
    public void An_event_leaves_the_window_when_its_pane_does()
    {
        // 1m has panes of 2 s: the event of second 11 lies in pane 5, which is in the windows of panes 5 to 34.
        var rig = new RowRig(View(Feature("count", window: "1m"))).Apply(new RawEvent(11 * Second, 0, "visit"));
        Assert.Equal(0, rig.Read(10 * Second - 1)[0].AsInt64);
        Assert.Equal(1, rig.Read(10 * Second)[0].AsInt64);
        Assert.Equal(1, rig.Read(70 * Second - 1)[0].AsInt64);
        Assert.Equal(0, rig.Read(70 * Second)[0].AsInt64);
    }

    [Fact]
    public void An_event_from_the_future_is_outside_until_its_pane_begins_and_makes_nothing_old()
    {
        var now = 100 * Day;
        var rig = new RowRig(View(Feature("count", window: "1m"), Decayed(halfLife: "1h")));
        rig.Apply(new RawEvent(now, 0, "visit", Ingest: now), new RawEvent(now + 400 * Day, 1, "visit", Ingest: now + Second));
        Assert.Equal(1, rig.Read(now + Second)[0].AsInt64);
        Assert.Equal(2, rig.Read(now + Second)[1].AsDouble, 1e-3);
        Assert.Equal(1, rig.Read(now + 400 * Day)[0].AsInt64);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    public void Of_events_of_one_time_the_later_arrival_is_the_last(int first, int second)
    {
        RawEvent[] events = [new(Day, 7, "visit", Amount: 1), new(Day, 8, "visit", Amount: -2)];
        var rig = new RowRig(View(Feature("last", "amount"))).Apply(events[first], events[second], new RawEvent(Day - 1, 9, "visit", Amount: 3));
        Assert.Equal(-2, rig.Read(Day)[0].AsDouble);
    }

    [Fact]
    public void A_sum_of_integers_saturates_and_is_exact_again_once_it_fits()
    {
        var view = View(Feature("sum", "points"), Feature("mean", "points"));
        RawEvent[] events = [new(Day, 0, "a", Points: long.MaxValue), new(2 * Day, 1, "a", Points: long.MaxValue), new(2 * Day, 2, "a", Points: 5)];
        var rig = new RowRig(view).Apply(events);
        Assert.Equal(long.MaxValue, rig.Read(2 * Day)[0].AsInt64);
        rig.AssertEquals(events, 2 * Day, "saturated");
        rig.Apply(new RawEvent(3 * Day, 3, "a", Points: -long.MaxValue));
        rig.Apply(new RawEvent(3 * Day, 4, "a", Points: -7));
        Assert.Equal(long.MaxValue - 2, rig.Read(3 * Day)[0].AsInt64);
        rig.Apply(new RawEvent(4 * Day, 5, "a", Points: long.MinValue), new RawEvent(4 * Day, 6, "a", Points: long.MinValue));
        Assert.Equal(long.MinValue, new RowRig(view).Apply(new(Day, 0, "a", Points: long.MinValue), new(Day, 1, "a", Points: -1)).Read(Day)[0].AsInt64);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity)]
    [InlineData(1e289)]
    [InlineData(null)]
    public void A_field_without_a_finite_number_is_no_event_of_its_features(double? amount)
    {
        var rig = new RowRig(Everything("30d")).Apply(new RawEvent(Day, 0, "purchase", Amount: 3, Points: 4), new RawEvent(Day, 1, "purchase", amount));
        rig.AssertEquals([new RawEvent(Day, 0, "purchase", Amount: 3, Points: 4), new RawEvent(Day, 1, "purchase")], Day, $"amount {amount}");
    }

    [Fact]
    public void Great_and_small_numbers_that_cancel_out_leave_the_small_one()
    {
        RawEvent[] events = [.. new[] { 1e17, 0.125, -1e17, 1e-3, 1e288, -1e288 }.Select((amount, i) => new RawEvent(i * Day, i, "a", amount))];
        var rig = new RowRig(View(Feature("sum", "amount"))).Apply(events);
        Assert.Equal(0.126, rig.Read(10 * Day)[0].AsDouble, 1e-12);
    }

    [Fact]
    public void Panes_that_no_window_reaches_any_more_are_dropped_when_the_row_changes()
    {
        var rig = new RowRig(View(Feature("sum", "amount", "1m"), Feature("distinct", "channel", "1m")), lateness: "1d");
        var most = 0;
        for (var i = 0; i < 2_000; i++)
        {
            rig.Apply(new RawEvent(i * 2 * Second, i, "a", i, Channel: "app"));
            most = Math.Max(most, rig.Row.Length);
        }
        // 30 panes of the window and 30 for reads up to a window before the newest event; the lateness of a day asks for no more.
        Assert.Equal(rig.Plan.EmptyBytes + 60 * (24 + 16), most);
        rig.Apply(new RawEvent(30 * Day, 3_000, "a", 1));
        Assert.Equal(rig.Plan.EmptyBytes + 24, rig.Row.Length);
    }

    [Theory]
    [InlineData("sum", "amount")]
    [InlineData("distinct", "channel")]
    public void An_event_that_no_feature_takes_still_drops_what_it_makes_old(string function, string field)
    {
        var rig = new RowRig(View(Feature(function, field, "1m", FilterOf("purchase"))));
        rig.Apply(new RawEvent(Day, 0, "purchase", Amount: 1, Channel: "app"), new RawEvent(2 * Day, 1, "visit"));
        Assert.Equal(rig.Plan.EmptyBytes, rig.Row.Length);
    }

    [Fact]
    public void An_event_whose_pane_is_out_of_reach_changes_nothing()
    {
        var rig = new RowRig(View(Feature("sum", "points", "1m"), Feature("distinct", "points", "1m"))).Apply(new RawEvent(30 * Day, 0, "a", Points: 1));
        var before = rig.Row;
        rig.Apply(new RawEvent(30 * Day - 200 * Second, 1, "a", Points: 1));
        Assert.Equal(before, rig.Row);
        Assert.Equal(1, rig.AppliedInPlace);
    }

    [Fact]
    public void Only_an_event_that_some_feature_takes_is_taken()
    {
        var plan = Plan(View(Feature("sum", "amount", where: FilterOf("purchase"))));
        Assert.True(plan.Takes(new PlanEvent(plan, new RawEvent(0, 0, "purchase", Amount: 1))));
        Assert.False(plan.Takes(new PlanEvent(plan, new RawEvent(0, 0, "visit", Amount: 1))));
        Assert.False(plan.Takes(new PlanEvent(plan, new RawEvent(0, 0, "purchase"))));
    }

    [Fact]
    public void A_row_may_lie_in_a_longer_record()
    {
        var rig = new RowRig(View(Feature("sum", "points"))).Apply(new RawEvent(Day, 0, "a", Points: 1));
        byte[] record = [.. rig.Row, 1, 2, 3, 4, 5, 6, 7, 8];
        var ev = new PlanEvent(rig.Plan, new RawEvent(Day, 1, "a", Points: 5));
        Assert.True(WindowRow.TryApplyInPlace(rig.Plan, record, ev));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], record[rig.Row.Length..]);
        Assert.Equal(rig.Row.Length, WindowRow.LengthOf(rig.Plan, record));
        var values = new FeatureValue[1];
        Assert.True(WindowRow.Read(rig.Plan, record, Day, values));
        Assert.Equal(6, values[0].AsInt64);
    }

    [Fact]
    public void Applying_and_reading_allocate_nothing()
    {
        var rig = new RowRig(Everything("1h", "30d")).Apply(new RawEvent(Day, 0, "purchase", 1, 2, "app"));
        var ev = new PlanEvent(rig.Plan, new RawEvent(2 * Day, 1, "purchase", 3, 4, "store"));
        var next = new byte[WindowRow.MaxBytesAfter(rig.Plan, rig.Row, ev)];
        var values = new FeatureValue[rig.Plan.FeatureCount];
        var numbers = new double[values.Length];
        var nulls = new ulong[values.Length];
        var worked = true;
        Assert.Equal(0, Allocations.Least(() => worked &= All()));
        Assert.True(worked);

        bool All() => WindowRow.Apply(rig.Plan, rig.Row, ev, next, out var written) && WindowRow.TryApplyInPlace(rig.Plan, next.AsSpan(0, written), ev)
            && WindowRow.Read(rig.Plan, next, 3 * Day, values) && WindowRow.ReadNumbers(rig.Plan, next, 3 * Day, numbers, nulls);
    }
}
