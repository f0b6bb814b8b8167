using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>One row that takes events as its owner would: in place where that fits, else written anew, the bound on its size checked.</summary>
internal sealed class RowRig(FeatureViewDefinition view, string? lateness = "7d")
{
    private byte[] _row = [];

    public WindowPlan Plan { get; } = WindowViews.Plan(view, lateness);

    public byte[] Row => _row;

    public int AppliedInPlace { get; private set; }

    public RowRig Apply(params IEnumerable<RawEvent> events)
    {
        foreach (var raw in events) Apply(raw);
        return this;
    }

    /// <summary>Always by writing the row anew.</summary>
    public byte[] Next(RawEvent raw)
    {
        var ev = new PlanEvent(Plan, raw);
        var next = new byte[WindowRow.MaxBytesAfter(Plan, _row, ev)];
        Assert.True(WindowRow.Apply(Plan, _row, ev, next, out var written));
        return next[..written];
    }

    public FeatureValue[] Read(long now)
    {
        var values = new FeatureValue[Plan.FeatureCount];
        Assert.True(WindowRow.Read(Plan, _row, now, values));
        return values;
    }

    public void MergeWith(RowRig other)
    {
        var next = new byte[WindowRow.MaxBytesMerged(Plan, _row, other.Row)];
        Assert.True(WindowRow.Merge(Plan, _row, other.Row, next, out var written));
        _row = next[..written];
    }

    /// <summary>Every feature equals brute force: integers and nulls exactly, floats to 1e-9.</summary>
    public void AssertEquals(IReadOnlyList<RawEvent> events, long now, string context)
    {
        var values = Read(now);
        var numbers = new double[Plan.FeatureCount];
        var nulls = new ulong[(Plan.FeatureCount + 63) / 64];
        Assert.True(WindowRow.ReadNumbers(Plan, _row, now, numbers, nulls));
        for (var i = 0; i < values.Length; i++)
        {
            var expected = BruteForce.Value(view.Features[i], events, now);
            var message = $"{view.Features[i].Name} at {now}: {values[i]}, by definition {expected}; {context}";
            Assert.True(Same(expected, values[i]), message);
            Assert.True((nulls[i / 64] >> i % 64 & 1) == (expected.IsNull ? 1UL : 0UL), message);
            Assert.True(expected.IsNull ? double.IsNaN(numbers[i]) : numbers[i] == values[i].AsDouble, message);
        }
    }

    private void Apply(RawEvent raw)
    {
        var next = Next(raw);
        var inPlace = (byte[])_row.Clone();
        if (WindowRow.TryApplyInPlace(Plan, inPlace, new PlanEvent(Plan, raw)))
        {
            Assert.Equal(next, inPlace);
            AppliedInPlace++;
        }
        else
        {
            Assert.Equal(_row, inPlace);
        }
        _row = next;
    }

    private static bool Same(FeatureValue expected, FeatureValue actual)
    {
        if (expected.Type != actual.Type) return false;
        if (expected.Type != FeatureDataType.Double) return expected.Equals(actual);
        return Math.Abs(expected.AsDouble - actual.AsDouble) <= 1e-9 * Math.Max(1, Math.Abs(expected.AsDouble));
    }
}
