using Appliance.Features.Store;

namespace Appliance.Features.Tests.Store;

public sealed class StoreGeometryTests
{
    [Fact]
    public void The_defaults_keep_every_rule_and_stay_within_the_memory()
    {
        var options = new StoreOptions { Folder = "store" };
        Assert.Empty(StoreGeometry.Errors(options));
        var geometry = new StoreGeometry(options);
        Assert.InRange((geometry.LogPages * geometry.PageBytes) + (geometry.Buckets * 64) + geometry.HintBytes, options.MemoryBytes / 2, options.MemoryBytes);
        Assert.True(geometry.LogPages >= StoreGeometry.MinLogPages);
    }

    public static TheoryData<string, Action<StoreOptions>, string> Wrong => new()
    {
        { "page", o => o.PageBytes = 5000, "Features:Store:PageBytes is '5000'; it must be a power of two from 4096 to 67108864" },
        { "segment", o => o.SegmentBytes = 4096, "Features:Store:SegmentBytes is '4096'; it must be a power of two from PageBytes (4194304) to 2^40" },
        { "memory", o => o.MemoryBytes = 64 << 20, "Features:Store:MemoryBytes is '67108864'; it must hold 16 pages of PageBytes (4194304) in three quarters of it, and be at most 2^44" },
        { "growth", o => o.CompactionGrowth = double.NaN, "Features:Store:CompactionGrowth is 'NaN'; it must be 1.1 to 100" },
        { "least", o => o.CompactionMinBytes = -1, "Features:Store:CompactionMinBytes is '-1'; it must not be negative" },
        { "index", o => o.IndexCheckpointBytes = 0, "Features:Store:IndexCheckpointBytes is '0'; it must be positive" },
        { "sweep", o => o.ExpirySweep = TimeSpan.Zero, "Features:Store:ExpirySweep is '00:00:00'; it must be positive" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_size_or_time_is_told_with_key_value_and_rule(string what, Action<StoreOptions> set, string error)
    {
        Assert.NotEmpty(what);
        var options = new StoreOptions { Folder = "store" };
        set(options);
        Assert.Equal(error, Assert.Single(StoreGeometry.Errors(options)));
        Assert.Equal($"{error}.", Assert.Throws<ArgumentException>(() => new StoreGeometry(options)).Message);
    }
}
