using System.Text;
using Appliance.Inference.Batching;
using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class CallerKeyTests
{
    // Chi-squared with 9,999 degrees of freedom lies below this but for one case in a million.
    private const double ChiSquaredLimit = 10_691;

    [Theory]
    [InlineData("user-")]
    [InlineData("")]
    [InlineData("urn:account:de:000000")]
    public void Keys_that_differ_in_a_number_alone_fall_evenly_over_the_buckets(string prefix)
    {
        const int PerBucket = 100;
        var counts = new int[BucketMap.Buckets];
        for (var i = 0; i < BucketMap.Buckets * PerBucket; i++) counts[BucketOf($"{prefix}{i}", "koc_potential")]++;
        var chiSquared = counts.Sum(c => Math.Pow(c - PerBucket, 2) / PerBucket);
        Assert.InRange(chiSquared, 0, ChiSquaredLimit);
        Assert.DoesNotContain(0, counts);
    }

    // Whoever changes one of these moves every caller of every appliance.
    [Theory]
    [InlineData("alice", "m", 9876)]
    [InlineData("42", "m", 8001)]
    [InlineData("42", "koc_potential", 9537)]
    [InlineData("\u7528\u6237-7", "m", 9990)]
    public void The_bucket_of_a_key_is_the_same_for_ever(string key, string model, int bucket) => Assert.Equal(bucket, BucketOf(key, model));

    [Fact]
    public void Models_cut_their_callers_differently()
    {
        var both = Enumerable.Range(0, 100_000).Count(i => BucketOf($"{i}", "a") < 1_000 && BucketOf($"{i}", "b") < 1_000);
        // A tenth of a tenth; 94 is one standard deviation.
        Assert.InRange(both, 1_000 - 400, 1_000 + 400);
    }

    [Fact]
    public void An_empty_key_is_none_and_a_key_that_is_too_long_is_not_taken()
    {
        var entry = new BatchEntry();
        Assert.True(CallerKey.TrySet(entry, ""));
        Assert.False(entry.HasCaller);
        Assert.False(CallerKey.TrySet(entry, new string('x', CallerKey.MaxBytes + 1)));
        Assert.False(entry.HasCaller);
        Assert.True(CallerKey.TrySet(entry, new string('x', CallerKey.MaxBytes)));
        Assert.True(entry.HasCaller);
        entry.Reset();
        Assert.False(entry.HasCaller);
    }

    [Fact]
    public void An_entity_of_one_key_is_the_caller_of_that_key_and_the_order_of_several_does_not_matter()
    {
        Assert.Equal(Caller("42"), Entity(("user_id", "42")));
        Assert.Equal(Entity(("user_id", "42"), ("shop", "7")), Entity(("shop", "7"), ("user_id", "42")));
        Assert.NotEqual(Entity(("user_id", "7"), ("shop", "42")), Entity(("user_id", "42"), ("shop", "7")));
        Assert.NotEqual(Entity(("a", "1"), ("b", "1")), Entity(("a", "2"), ("b", "2")));
    }

    [Fact]
    public void An_entity_without_a_key_is_no_caller()
    {
        var entry = new BatchEntry();
        new EntityCaller(null).Give(entry);
        Assert.False(entry.HasCaller);
    }

    private static int BucketOf(string key, string model) =>
        CallerKey.BucketOf(CallerKey.Hash(Encoding.UTF8.GetBytes(key)), CallerKey.Hash(Encoding.UTF8.GetBytes(model)));

    private static ulong Caller(string key)
    {
        var entry = new BatchEntry();
        Assert.True(CallerKey.TrySet(entry, key));
        return entry.Caller;
    }

    private static ulong Entity(params (string Name, string Value)[] members)
    {
        var caller = new EntityCaller(null);
        foreach (var (name, value) in members) caller.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        var entry = new BatchEntry();
        caller.Give(entry);
        return entry.Caller;
    }
}
