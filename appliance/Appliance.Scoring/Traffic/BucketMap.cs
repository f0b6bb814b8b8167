namespace Appliance.Scoring.Traffic;

/// <summary>
/// Gives the 10,000 buckets of callers to versions. A change moves exactly as many buckets as the shares say and no other: a version that gets less
/// gives its outermost buckets up, and those that get more take them. Two versions lie side by side, the higher one from bucket 0 on, so that
/// appliances with the same two shares agree whatever their shares were before. Pure.
/// </summary>
public static class BucketMap
{
    /// <summary>A bucket is a hundredth of a percent.</summary>
    public const int Buckets = 10_000;

    /// <summary>The buckets of each version of <paramref name="shares"/>, in that order.</summary>
    /// <param name="before">What was in force; empty for nothing.</param>
    /// <param name="shares">Of different versions; they add up to all.</param>
    public static IReadOnlyList<ArmBuckets> Assign(IReadOnlyList<ArmBuckets> before, IReadOnlyList<TrafficShare> shares)
    {
        var owner = new long[Buckets];
        foreach (var arm in before) Fill(owner, arm);
        var lowest = shares.Select(s => s.Version).Concat(before.Where(a => a.BasisPoints > 0).Select(a => a.Version)).Min();
        var wanted = shares.ToDictionary(s => s.Version, s => s.BasisPoints);
        foreach (var version in owner.Where(v => v != 0).Distinct().ToArray())
        {
            Release(owner, version, owner.Count(v => v == version) - wanted.GetValueOrDefault(version), fromLowEnd: version == lowest);
        }
        foreach (var share in shares.OrderByDescending(s => s.Version)) Take(owner, share.Version, share.BasisPoints - owner.Count(v => v == share.Version));
        return [.. shares.Select(s => new ArmBuckets(s.Version, RangesOf(owner, s.Version)))];
    }

    /// <summary>For each bucket the position of its version in the list.</summary>
    public static byte[] Table(IReadOnlyList<ArmBuckets> arms)
    {
        var table = new byte[Buckets];
        for (var arm = 0; arm < arms.Count; arm++)
        {
            var ranges = arms[arm].Ranges;
            for (var i = 0; i + 1 < ranges.Count; i += 2) table.AsSpan(ranges[i]..ranges[i + 1]).Fill((byte)arm);
        }
        return table;
    }

    /// <summary>Whether every bucket has one version.</summary>
    public static bool IsWhole(IReadOnlyList<ArmBuckets> arms)
    {
        var covered = new bool[Buckets];
        foreach (var ranges in arms.Select(a => a.Ranges))
        {
            if (ranges.Count % 2 != 0) return false;
            for (var i = 0; i < ranges.Count; i += 2)
            {
                if (ranges[i] < 0 || ranges[i + 1] > Buckets || ranges[i] >= ranges[i + 1]) return false;
                for (var bucket = ranges[i]; bucket < ranges[i + 1]; bucket++)
                {
                    if (covered[bucket]) return false;
                    covered[bucket] = true;
                }
            }
        }
        return !covered.Contains(false);
    }

    private static void Fill(long[] owner, ArmBuckets arm)
    {
        for (var i = 0; i + 1 < arm.Ranges.Count; i += 2) owner.AsSpan(arm.Ranges[i]..arm.Ranges[i + 1]).Fill(arm.Version);
    }

    private static void Release(long[] owner, long version, int count, bool fromLowEnd)
    {
        for (var i = 0; i < Buckets && count > 0; i++)
        {
            var bucket = fromLowEnd ? i : Buckets - 1 - i;
            if (owner[bucket] != version) continue;
            owner[bucket] = 0;
            count--;
        }
    }

    private static void Take(long[] owner, long version, int count)
    {
        for (var bucket = 0; bucket < Buckets && count > 0; bucket++)
        {
            if (owner[bucket] != 0) continue;
            owner[bucket] = version;
            count--;
        }
    }

    private static List<int> RangesOf(long[] owner, long version)
    {
        var ranges = new List<int>();
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            if (owner[bucket] != version) continue;
            if (ranges.Count > 0 && ranges[^1] == bucket) ranges[^1]++;
            else ranges.AddRange([bucket, bucket + 1]);
        }
        return ranges;
    }
}
