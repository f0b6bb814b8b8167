namespace Appliance.Scoring.Traffic.Arms;

/// <summary>How many numbers fell into each bucket of a <see cref="ValueHistogram"/>. Immutable.</summary>
/// <param name="Buckets">Those that are not empty, ascending.</param>
/// <param name="Counts">What is in each of them.</param>
/// <param name="NotFinite">NaN and the infinities.</param>
public sealed record ValueCounts(int[] Buckets, long[] Counts, long NotFinite)
{
    public static ValueCounts None { get; } = new([], [], 0);

    /// <summary>How many numbers there are.</summary>
    public long Total
    {
        get
        {
            var total = 0L;
            foreach (var count in Counts) total += count;
            return total;
        }
    }

    /// <summary>The number that so much of the others, 0 to 1, do not exceed, to 3 %; 0 where there is none.</summary>
    public double Quantile(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Total));
        for (var i = 0; i < Buckets.Length; i++)
        {
            rank -= Counts[i];
            if (rank <= 0) return ValueHistogram.MiddleOf(Buckets[i]);
        }
        return 0;
    }

    /// <summary>How many of the numbers are above another, to 3 % of it.</summary>
    public long CountAbove(double value)
    {
        var above = 0L;
        for (var i = 0; i < Buckets.Length; i++) above += ValueHistogram.MiddleOf(Buckets[i]) > value ? Counts[i] : 0;
        return above;
    }

    public ValueCounts Plus(ValueCounts more) => Combine(more, 1);

    /// <summary>What was counted since <paramref name="earlier"/>, of the same histogram.</summary>
    public ValueCounts Minus(ValueCounts earlier) => Combine(earlier, -1);

    private ValueCounts Combine(ValueCounts other, int sign)
    {
        var buckets = new List<int>(Buckets.Length + other.Buckets.Length);
        var counts = new List<long>(buckets.Capacity);
        for (var merge = new ValueMerge(this, other); merge.TryNext();)
        {
            var sum = merge.First + (sign * merge.Second);
            if (sum <= 0) continue;
            buckets.Add(merge.Bucket);
            counts.Add(sum);
        }
        return new ValueCounts([.. buckets], [.. counts], NotFinite + (sign * other.NotFinite));
    }
}
