using System.Buffers.Binary;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>A reader may see a row while it is changed, and a disk may return anything: never a fault, never a read outside.</summary>
public sealed class WindowRowTornTests
{
    private static readonly WindowPlan Plan = WindowViews.Plan(WindowViews.Everything("1m", "5m"));

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Changed_bytes_cause_no_fault(int seed)
    {
        var random = new Random(seed);
        var row = Row(seed);
        for (var i = 0; i < 400; i++)
        {
            var torn = (byte[])row.Clone();
            for (var flips = random.Next(1, 6); flips > 0; flips--)
            {
                // Small numbers at places of lengths do more harm than random bytes.
                var at = random.Next(torn.Length - 4);
                if (random.Next(2) == 0) torn[at] = (byte)random.Next(256);
                else BinaryPrimitives.WriteInt32LittleEndian(torn.AsSpan(at), random.Next(-3, 1_030));
            }
            Use(torn);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_row_half_overwritten_by_another_causes_no_fault(int seed)
    {
        var random = new Random(seed);
        var (row, other) = (Row(seed), Row(seed + 1_000));
        for (var i = 0; i < 400; i++)
        {
            var torn = (byte[])row.Clone();
            var cut = random.Next(Math.Min(row.Length, other.Length));
            other.AsSpan(0, cut).CopyTo(torn);
            Use(torn);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_row_that_is_cut_short_is_refused(int seed)
    {
        var row = Row(seed);
        var random = new Random(seed);
        for (var i = 0; i < 50; i++)
        {
            var cut = row.AsSpan(0, random.Next(1, row.Length));
            Assert.False(WindowRow.Read(Plan, cut, 0, new FeatureValue[Plan.FeatureCount]));
            Assert.Equal(0, WindowRow.LengthOf(Plan, cut));
        }
    }

    [Fact]
    public void A_row_of_another_plan_or_format_is_refused()
    {
        var other = new RowRig(WindowViews.View(WindowViews.Feature("count"))).Apply(new RawEvent(0, 0, "visit"));
        Assert.False(WindowRow.Read(Plan, other.Row, 0, new FeatureValue[Plan.FeatureCount]));
        var ev = new PlanEvent(Plan, new RawEvent(0, 0, "visit"));
        Assert.False(WindowRow.Apply(Plan, other.Row, ev, new byte[100_000], out var written));
        Assert.Equal(0, written);
        Assert.False(WindowRow.TryApplyInPlace(Plan, other.Row, ev));
        var row = Row(1);
        row[0]++;
        Assert.False(WindowRow.Read(Plan, row, 0, new FeatureValue[Plan.FeatureCount]));
    }

    [Fact]
    public void A_row_that_does_not_exist_cannot_be_changed_in_place() =>
        Assert.False(WindowRow.TryApplyInPlace(Plan, [], new PlanEvent(Plan, new RawEvent(0, 0, "visit"))));

    private static byte[] Row(int seed)
    {
        var rig = new RowRig(WindowViews.Everything("1m", "5m"));
        var make = new RandomEvents(seed);
        var events = make.Make(seed % 8 == 0 ? 1_500 : 50, 1_700_000_000_000_000, 60_000_000, 2_000_000, finite: true);
        // Every eighth row has a dense pane.
        if (seed % 8 == 0) events = [.. events.Select((e, i) => e with { Micros = 1_700_000_000_000_000, Channel = $"{i}" })];
        return rig.Apply(events).Row;
    }

    private static void Use(byte[] torn)
    {
        WindowRow.Read(Plan, torn, 1_700_000_000_000_000, new FeatureValue[Plan.FeatureCount]);
        WindowRow.ReadNumbers(Plan, torn, 1_700_000_000_000_000, new double[Plan.FeatureCount], new ulong[Plan.FeatureCount]);
        var ev = new PlanEvent(Plan, new RawEvent(1_700_000_000_000_000, 99, "purchase", 1, 2, "app"));
        WindowRow.Apply(Plan, torn, ev, new byte[WindowRow.MaxBytesAfter(Plan, torn, ev)], out _);
        WindowRow.Merge(Plan, torn, torn, new byte[WindowRow.MaxBytesMerged(Plan, torn, torn)], out _);
        WindowRow.TryApplyInPlace(Plan, torn, ev);
    }
}
