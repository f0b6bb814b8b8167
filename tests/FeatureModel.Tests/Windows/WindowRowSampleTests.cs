using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>All events of the sample's 4,000 members through rows, against the definition of a window.</summary>
public sealed class WindowRowSampleTests
{
    private const int Seed = 20250130;
    private static readonly int[] Days = [13, 30, 45];

    [Fact]
    public void Every_function_over_every_window_equals_brute_force_in_order() => Check((_, segment) => segment);

    [Fact]
    public void Every_function_over_every_window_equals_brute_force_out_of_order() =>
        Check((random, segment) =>
        {
            random.Shuffle(segment);
            return segment;
        });

    [Fact]
    public void Registers_of_distinct_equal_those_of_brute_force()
    {
        var rig = new RowRig(WindowViews.View(WindowViews.Feature("distinct", "points", "30d"), WindowViews.Feature("distinct", "points", "45d")));
        // All members as one entity: dense panes, sparse ones, and the change from one to the other.
        RawEvent[] events = [.. SampleMembers.Events.Values.SelectMany(e => e).Where(e => e.Points is not null)];
        new Random(Seed).Shuffle(events);
        rig.Apply(events);
        foreach (var (day, window) in new[] { (29, 30), (29, 45), (44, 30), (50, 30) })
        {
            var now = SampleMembers.Day(day);
            var (from, to) = BruteForce.Window($"{window}d", now);
            var expected = BruteForce.Registers(events.Where(e => e.Micros >= from && e.Micros < to), "points");
            Assert.Equal(expected, RegistersOf(rig, now, window));
            rig.AssertEquals(events, now, $"day {day}, seed {Seed}");
        }
        Assert.True(rig.Row.Length > HyperLogLog.Registers, "No pane became dense.");
    }

    private static byte[] RegistersOf(RowRig rig, long now, long panes)
    {
        var track = Assert.Single(rig.Plan.Tracks);
        Assert.True(RowCursor.TryOpen(rig.Plan, rig.Row, out var cursor));
        Assert.True(cursor.TryNext(track, out var state));
        var registers = new byte[HyperLogLog.Registers];
        Assert.True(DistinctPanes.TryUnite(state, track.PaneOf(now), panes, registers, new int[64], out _));
        return registers;
    }

    private static void Check(Func<Random, RawEvent[], RawEvent[]> order)
    {
        var view = WindowViews.Everything("24h", "7d", "30d");
        var random = new Random(Seed);
        var inPlace = 0;
        foreach (var (member, events) in SampleMembers.Events)
        {
            var rig = new RowRig(view);
            var before = SampleMembers.Day(0);
            foreach (var day in Days)
            {
                var now = SampleMembers.Day(day);
                rig.Apply(order(random, [.. events.Where(e => e.Micros >= before && e.Micros < now)]));
                rig.AssertEquals([.. events.Where(e => e.Micros < now)], now - 1, $"member {member}, seed {Seed}");
                before = now;
            }
            inPlace += rig.AppliedInPlace;
        }
        Assert.True(inPlace > 0, "No event was applied in place.");
    }
}
