namespace Appliance.Scoring.Traffic.Arms;

/// <summary>How many numbers fell into each bucket of a <see cref="ValueHistogram"/>. Immutable.</summary>
/// <param name="Buckets">Those that are not empty, ascending.</param>
/// <param name="NotFinite">NaN and the infinities.</param>
public sealed record ValueCounts(SortedDictionary<int, long> Buckets, long NotFinite)
{
    public static ValueCounts None { get; } = new([], 0);

    /// <summary>How many numbers there are.</summary>
    public long Total => Buckets.Values.Sum();

    /// <summary>The number that so much of the others, 0 to 1, do not exceed, to 3 %; 0 where there is none.</summary>
    public double Quantile(double share)
    {
        var total = Total;
        if (total == 0) return 0;
        var rank = Math.Max(1, (long)Math.Ceiling(share * total));
        foreach (var (bucket, count) in Buckets)
        {
            rank -= count;
            if (rank <= 0) return ValueHistogram.MiddleOf(bucket);
        }
        return ValueHistogram.MiddleOf(Buckets.Keys.Last());
    }

    public ValueCounts Plus(ValueCounts more) => Combine(more, 1);

    /// <summary>What was counted since <paramref name="earlier"/>, of the same histogram.</summary>
    public ValueCounts Minus(ValueCounts earlier) => Combine(earlier, -1);

    private ValueCounts Combine(ValueCounts other, int sign)
    {
        var buckets = new SortedDictionary<int, long>(Buckets);
        foreach (var (bucket, count) in other.Buckets)
        {
            var sum = buckets.GetValueOrDefault(bucket) + (sign * count);
            if (sum > 0) buckets[bucket] = sum;
            else buckets.Remove(bucket);
        }
        return new ValueCounts(buckets, NotFinite + (sign * other.NotFinite));
    }
}
