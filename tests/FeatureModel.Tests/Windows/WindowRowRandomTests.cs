using FeatureModel.Definitions;
using static FeatureModel.Tests.Windows.WindowViews;

namespace FeatureModel.Tests.Windows;

public sealed class WindowRowRandomTests
{
    private const long Second = 1_000_000;
    private const long Minute = 60 * Second;

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 60)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Any_events_in_any_order_equal_brute_force_wherever_windows_reach(int seed)
    {
        var make = new RandomEvents(seed);
        // Before, around and after the epoch.
        var centre = (seed % 3 - 1) * 1_700_000_000L * Second + make.Random.NextInt64(Minute);
        if (seed % 3 == 1) centre = make.Random.NextInt64(Minute);
        var events = make.Make(1 + make.Random.Next(120), centre, 4 * Minute, 2 * Second, finite: true);
        var rig = new RowRig(Everything("1m", "2m", "5m"), seed % 2 == 0 ? "7d" : "20s").Apply(events);
        var newest = events.Max(e => Math.Min(e.Micros, e.Ingest));
        var slack = seed % 2 == 0 ? Minute : 20 * Second;
        for (var i = 0; i < 8; i++)
        {
            var now = newest - slack + make.Random.NextInt64(9 * Minute);
            if (i % 2 == 0) now = now / (2 * Second) * (2 * Second) + 2 * Second - i / 4;
            rig.AssertEquals(events, now, $"seed {seed}");
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Awkward_values_equal_brute_force(int seed)
    {
        var make = new RandomEvents(seed);
        var events = make.Make(40, 1_700_000_000L * Second, 2 * Minute, 2 * Second, finite: false);
        // Decayed values of numbers that cancel out keep only the digits of a double, so they are judged on tame numbers above.
        var view = Everything("1m", "5m");
        view.Features = [.. view.Features.Where(f => f.Aggregate!.Function != "decayed")];
        var rig = new RowRig(view).Apply(events);
        for (var i = 0; i < 4; i++) rig.AssertEquals(events, events.Max(e => e.Micros) + i * 30 * Second, $"seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rows_without_rounding_have_the_same_bytes_in_any_order_and_merged_from_any_parts(int seed)
    {
        var make = new RandomEvents(seed);
        var events = make.Make(1 + make.Random.Next(seed % 6 == 0 ? 3_000 : 60), 1_700_000_000L * Second, 4 * Minute, 10 * Second, finite: seed % 2 == 0);
        var view = View(
            Feature("count", null, "1m"), Feature("sum", "points", "5m"), Feature("max", "points", "2m"), Feature("last", "points", "5m"),
            Feature("distinct", "channel", "5m"), Feature("distinct", "points", "1m"));
        var expected = new RowRig(view).Apply(events.OrderBy(e => e.Micros)).Row;
        make.Random.Shuffle(events);
        Assert.True(expected.AsSpan().SequenceEqual(new RowRig(view).Apply(events).Row), $"shuffled, seed {seed}");
        var cut = make.Random.Next(events.Length + 1);
        var merged = new RowRig(view).Apply(events[..cut]);
        merged.MergeWith(new RowRig(view).Apply(events[cut..]));
        Assert.True(expected.AsSpan().SequenceEqual(merged.Row), $"merged at {cut}, seed {seed}");
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void History_merged_with_what_the_stream_has_seen_equals_brute_force_over_both(int seed)
    {
        var make = new RandomEvents(seed);
        var events = make.Make(80, 1_700_000_000L * Second, 6 * Minute, 2 * Second, finite: true);
        Array.Sort(events, (a, b) => a.Micros.CompareTo(b.Micros));
        var handOver = make.Random.Next(events.Length);
        FeatureViewDefinition view = Everything("1m", "5m");
        var history = new RowRig(view).Apply(events[..handOver]);
        var stream = new RowRig(view).Apply(events[handOver..]);
        if (seed % 2 == 0) (history, stream) = (stream, history);
        history.MergeWith(stream);
        var newest = events.Max(e => Math.Min(e.Micros, e.Ingest));
        for (var i = 0; i < 4; i++) history.AssertEquals(events, newest + i * 70 * Second, $"seed {seed}, hand-over at {handOver}");
    }
}
