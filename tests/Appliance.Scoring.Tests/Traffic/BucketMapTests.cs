using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class BucketMapTests
{
    [Fact]
    public void Every_share_from_none_to_all_in_steps_of_a_hundredth_of_a_percent_is_honoured_exactly()
    {
        for (var share = 0; share <= BucketMap.Buckets; share++)
        {
            var arms = Assign([], (1, BucketMap.Buckets - share), (2, share));
            var table = BucketMap.Table(arms);
            Assert.Equal(share, table.Count(arm => arm == 1));
            Assert.Equal(BucketMap.Buckets - share, table.Count(arm => arm == 0));
            Assert.True(BucketMap.IsWhole(arms));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(2026)]
    public void A_change_moves_as_many_buckets_as_the_shares_say_and_each_from_one_that_shrinks_to_one_that_grows(int seed)
    {
        var random = new Random(seed);
        IReadOnlyList<ArmBuckets> present = [];
        Dictionary<long, int> shares = [];
        for (var change = 0; change < 200; change++)
        {
            var next = RandomShares(random);
            var assigned = BucketMap.Assign(present, [.. next.Select(s => new TrafficShare(s.Key, s.Value))]);
            Assert.True(BucketMap.IsWhole(assigned), $"seed {seed}, change {change}");
            Assert.Equal(next, assigned.ToDictionary(a => a.Version, a => a.BasisPoints));
            if (present.Count > 0)
            {
                var (before, after) = (Owners(present), Owners(assigned));
                var moved = Enumerable.Range(0, BucketMap.Buckets).Where(b => before[b] != after[b]).ToArray();
                Assert.Equal(next.Sum(s => Math.Max(0, s.Value - shares.GetValueOrDefault(s.Key))), moved.Length);
                Assert.All(moved, b => Assert.True(
                    next.GetValueOrDefault(before[b]) < shares[before[b]] && next[after[b]] > shares.GetValueOrDefault(after[b]), $"seed {seed}, change {change}, bucket {b}"));
            }
            (present, shares) = (assigned, next);
        }
    }

    [Fact]
    public void Two_versions_lie_the_same_whatever_their_shares_were_before()
    {
        var at_once = Assign([], (1, 9_000), (2, 1_000));
        IReadOnlyList<ArmBuckets> there = Assign([], (1, 10_000));
        foreach (var share in new[] { 1, 100, 9_999, 10_000, 50, 5_000, 1_000 }) there = Assign(there, (1, 10_000 - share), (2, share));
        Assert.Equal(Ranges(at_once), Ranges(there));
        Assert.Equal([(1L, "1000-10000"), (2L, "0-1000")], Ranges(there));
    }

    [Fact]
    public void A_version_that_gets_more_keeps_every_caller_that_it_has()
    {
        var one = Owners(Assign([], (3, 9_900), (7, 100)));
        var ten = Owners(Assign(Assign([], (3, 9_900), (7, 100)), (3, 9_000), (7, 1_000)));
        Assert.All(Enumerable.Range(0, BucketMap.Buckets).Where(b => one[b] == 7), b => Assert.Equal(7, ten[b]));
    }

    [Theory]
    [InlineData(new[] { 0, 10_000 }, new int[] { }, true)]
    [InlineData(new[] { 0, 9_999 }, new int[] { }, false)]
    [InlineData(new[] { 0, 5_000 }, new[] { 4_999, 10_000 }, false)]
    [InlineData(new[] { 0, 5_000 }, new[] { 5_000, 10_001 }, false)]
    [InlineData(new[] { 0, 5_000, 6_000 }, new[] { 5_000, 10_000 }, false)]
    [InlineData(new[] { 5_000, 0 }, new[] { 0, 10_000 }, false)]
    public void A_map_that_leaves_a_bucket_out_or_gives_it_twice_is_not_whole(int[] first, int[] second, bool isWhole) =>
        Assert.Equal(isWhole, BucketMap.IsWhole([new(1, first), new(2, second)]));

    private static IReadOnlyList<ArmBuckets> Assign(IReadOnlyList<ArmBuckets> before, params (long Version, int Share)[] shares) =>
        BucketMap.Assign(before, [.. shares.Select(s => new TrafficShare(s.Version, s.Share))]);

    private static long[] Owners(IReadOnlyList<ArmBuckets> arms) => [.. BucketMap.Table(arms).Select(arm => arms[arm].Version)];

    private static IEnumerable<(long, string)> Ranges(IReadOnlyList<ArmBuckets> arms) => arms.Select(a => (a.Version, string.Join("-", a.Ranges)));

    // One to five of six versions with shares that add up to all.
    private static Dictionary<long, int> RandomShares(Random random)
    {
        long[] versions = [1, 2, 3, 4, 5, 6];
        random.Shuffle(versions);
        var count = random.Next(1, 6);
        var cuts = Enumerable.Range(0, count - 1).Select(_ => random.Next(0, BucketMap.Buckets + 1)).Append(0).Append(BucketMap.Buckets).Order().ToArray();
        return Enumerable.Range(0, count).ToDictionary(i => versions[i], i => cuts[i + 1] - cuts[i]);
    }
}
