namespace Appliance.Scoring.Traffic.Arms;

/// <summary>Walks two counts side by side, every bucket of either once, ascending. Not thread-safe.</summary>
internal struct ValueMerge(ValueCounts first, ValueCounts second)
{
    private int _first, _second;

    /// <summary>The present bucket.</summary>
    public int Bucket { get; private set; }

    /// <summary>What the first counts have in it.</summary>
    public long First { get; private set; }

    /// <summary>What the second have.</summary>
    public long Second { get; private set; }

    public bool TryNext()
    {
        var (inFirst, inSecond) = (_first < first.Buckets.Length, _second < second.Buckets.Length);
        if (!inFirst && !inSecond) return false;
        Bucket = inFirst && (!inSecond || first.Buckets[_first] <= second.Buckets[_second]) ? first.Buckets[_first] : second.Buckets[_second];
        First = inFirst && first.Buckets[_first] == Bucket ? first.Counts[_first++] : 0;
        Second = inSecond && second.Buckets[_second] == Bucket ? second.Counts[_second++] : 0;
        return true;
    }
}
