using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureModel.Windows;
using static FeatureModel.Tests.Windows.WindowViews;

namespace FeatureModel.Tests.Windows;

public sealed class WindowCarryTests
{
    private const long Day = 86_400_000_000;

    private static readonly RawEvent[] Events =
        [.. Enumerable.Range(0, 40).Select(i => new RawEvent(i * Day / 2, i, i % 3 == 0 ? "purchase" : "visit", i * 1.5, i, $"channel {i % 5}"))];

    private static readonly FeatureDefinition[] Old =
        [Feature("sum", "amount"), Feature("distinct", "channel"), Feature("count", where: FilterOf("purchase")), Decayed("points")];

    [Fact]
    public void A_new_feature_beside_the_old_ones_begins_empty_and_they_go_on()
    {
        // The new ones name other fields and filters first, and the maximum needs a column that old panes do not have.
        var view = View([Feature("last", "points", where: FilterOf("visit")), Feature("max", "amount"), .. Old, Feature("mean", "amount", "45d")]);
        var rig = new RowRig(View(Old)).Apply(Events);
        var next = Next(view, rig.Plan);
        var (values, carry) = Carried(rig, next, Day * 20);
        Assert.Equal(rig.Read(Day * 20), values[2..6]);
        Assert.Equal([FeatureValue.Null, FeatureValue.Null], values[..2]);
        Assert.Equal([0, 1, 6], carry.Empty);
    }

    [Fact]
    public void Events_after_the_change_count_for_old_and_new()
    {
        var view = View([.. Old, Feature("max", "amount"), Feature("sum", "amount", "59d")]);
        var rig = new RowRig(View(Old)).Apply(Events);
        var next = Next(view, rig.Plan);
        var carry = new WindowCarry(rig.Plan, next);
        var row = new byte[carry.MaxBytes(rig.Row)];
        Assert.True(carry.TryCarry(rig.Row, row, out var written));
        var ev = new PlanEvent(next, new RawEvent(Day * 20, 99, "purchase", 2, 3, "new"));
        var after = new byte[WindowRow.MaxBytesAfter(next, row.AsSpan(0, written), ev)];
        Assert.True(WindowRow.Apply(next, row.AsSpan(0, written), ev, after, out _));
        var values = new FeatureValue[6];
        Assert.True(WindowRow.Read(next, after, Day * 20, values));
        Assert.Equal(rig.Apply(new RawEvent(Day * 20, 99, "purchase", 2, 3, "new")).Read(Day * 20), values[..4]);
        Assert.Equal(2, values[4].AsDouble);
        // 59d and 30d have panes of one length, so the longer window has all that the shorter one kept.
        Assert.Equal(values[0], values[5]);
    }

    [Fact]
    public void A_feature_that_goes_takes_its_state_with_it()
    {
        var rig = new RowRig(View(Old)).Apply(Events);
        var next = Next(View(Old[3], Old[0]), rig.Plan);
        var (values, carry) = Carried(rig, next, Day * 20);
        Assert.Equal([rig.Read(Day * 20)[3], rig.Read(Day * 20)[0]], values);
        Assert.Empty(carry.Empty);
    }

    [Fact]
    public void A_row_computed_by_a_plan_of_its_own_is_narrowed_to_what_each_track_keeps()
    {
        var view = View([.. Old, Feature("max", "amount"), Feature("min", "amount"), Feature("last", "amount")]);
        var next = Next(view, Plan(View(Old)));
        // A backfill knows nothing of the plan before: there, all of one field share one track.
        var history = new RowRig(view).Apply(Events);
        Assert.NotEqual(history.Plan.TrackCount, next.TrackCount);
        var (values, carry) = Carried(history, next, Day * 20);
        Assert.Equal(history.Read(Day * 20), values);
        Assert.Empty(carry.Empty);
    }

    [Fact]
    public void A_field_that_was_widened_goes_on()
    {
        var narrow = Source();
        narrow.Fields[1].Type = "int32";
        var view = View(Feature("sum", "points"));
        var before = WindowPlan.Compile(view, narrow).Plan!;
        Assert.Empty(new WindowCarry(before, Next(view, before)).Empty);
    }

    [Fact]
    public void A_row_that_does_not_exist_is_carried_to_one_that_holds_nothing_and_foreign_bytes_are_refused()
    {
        var plan = Plan(View(Old));
        var carry = new WindowCarry(plan, Plan(View(Feature("count"))));
        var next = new byte[carry.MaxBytes([])];
        Assert.True(carry.TryCarry([], next, out var written));
        Assert.Equal(next.Length, written);
        Assert.False(carry.TryCarry(next, new byte[1_000], out _));
    }

    private static WindowPlan Next(FeatureViewDefinition view, WindowPlan before)
    {
        var result = WindowPlan.Compile(view, Source(), before);
        Assert.Empty(result.Errors);
        return result.Plan!;
    }

    private static (FeatureValue[] Values, WindowCarry Carry) Carried(RowRig rig, WindowPlan to, long now)
    {
        var carry = new WindowCarry(rig.Plan, to);
        var row = new byte[carry.MaxBytes(rig.Row)];
        Assert.True(carry.TryCarry(rig.Row, row, out var written));
        var values = new FeatureValue[to.FeatureCount];
        Assert.True(WindowRow.Read(to, row.AsSpan(0, written), now, values));
        return (values, carry);
    }
}
