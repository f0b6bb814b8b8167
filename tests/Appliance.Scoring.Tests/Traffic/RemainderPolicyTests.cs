using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Tests.Traffic;

/// <summary>One share that leaves a rest: who gets it, and when nobody can be told.</summary>
public sealed class RemainderPolicyTests
{
    [Theory]
    [InlineData(1, 9_999)]
    [InlineData(9_999, 1)]
    [InlineData(0, 10_000)]
    public void The_version_that_has_every_request_keeps_the_rest(int share, int rest)
    {
        Assert.Null(Complete([new(2, share)], new ModelRoute(1, 1, null), null, out var whole));
        Assert.Equal([new TrafficShare(1, rest), new TrafficShare(2, share)], whole.Arms);
    }

    [Fact]
    public void Of_a_split_the_one_other_version_with_a_share_keeps_the_rest()
    {
        Assert.Null(Complete([new(2, 500)], new ModelRoute(2, 2, null), Setting((1, 9_900), (2, 100), (3, 0)), out var whole));
        Assert.Equal([new TrafficShare(1, 9_500), new TrafficShare(2, 500)], whole.Arms);
    }

    [Fact]
    public void Where_several_versions_or_none_could_keep_the_rest_it_is_for_the_caller_to_say()
    {
        Refused("version 2 of model 'm' is to have 1 percent, and versions 1, 3 share the others now; say what each version gets, 100 in all", new ModelRoute(3, 3, null), Setting((3, 5_000), (1, 5_000)));
        Refused("version 2 of model 'm' is to have 1 percent, and version 2 has every request already; say what each version gets, 100 in all", new ModelRoute(2, 2, null), null);
        Refused("version 2 of model 'm' is to have 1 percent, and version 2 has every request already; say what each version gets, 100 in all", new ModelRoute(2, 2, null), Setting((2, 10_000)));
        Refused("version 2 of model 'm' is to have 1 percent, and no version has the others; say what each version gets, 100 in all", null, null);
    }

    [Fact]
    public void What_is_not_one_share_that_leaves_a_rest_is_left_to_the_rules()
    {
        TrafficShare[][] others = [[], [new(1, 10_000)], [new(2, 1), new(3, 1)], [new(0, 1)], [new(2, -1)], [new(2, 10_001)]];
        foreach (var arms in others)
        {
            Assert.Null(Complete(arms, new ModelRoute(1, 1, null), null, out var whole));
            Assert.Same(arms, whole.Arms);
        }
    }

    private static void Refused(string message, ModelRoute? route, TrafficSetting? setting) =>
        Assert.Equal(new TrafficFault("arms", message), Complete([new(2, 100)], route, setting, out _));

    private static TrafficFault? Complete(TrafficShare[] arms, ModelRoute? route, TrafficSetting? setting, out TrafficRequest whole) =>
        RemainderPolicy.Complete("m", new TrafficRequest(arms, [], "ann", "because"), route, setting, out whole);

    private static TrafficSetting Setting(params (long Version, int Share)[] arms) =>
        new(1, BucketMap.Assign([], [.. arms.Select(a => new TrafficShare(a.Version, a.Share))]), [], 0, "ann", "because", default);
}
