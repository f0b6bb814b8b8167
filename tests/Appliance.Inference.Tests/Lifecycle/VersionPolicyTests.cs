using Appliance.Inference.Lifecycle;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class VersionPolicyTests
{
    private static ModelPlan Plan(long[] wanted, bool keepsOthers = false, params long[] present) =>
        new("m", present.Concat(wanted).Distinct().ToDictionary(v => v, v => $"f{v}"), wanted, keepsOthers, new object());

    [Theory]
    [InlineData(new long[] { 3 }, 0, false, new long[] { 3 })]
    [InlineData(new long[] { 3 }, 2, false, new long[] { 2 })]
    [InlineData(new long[] { 1, 3 }, 2, true, new long[] { 1, 2, 3 })]
    [InlineData(new long[] { 1, 3 }, 3, true, new long[] { 1, 3 })]
    [InlineData(new long[] { }, 0, true, new long[] { })]
    public void Desired_is_what_the_policy_wants_and_the_pin(long[] wanted, long pinned, bool keepsOthers, long[] desired) =>
        Assert.Equal(desired, VersionPolicy.Desired(Plan(wanted, keepsOthers, 1, 2, 3), pinned));

    [Fact]
    public void To_load_is_what_is_not_ready_as_the_files_are_now()
    {
        var plan = Plan([1, 2, 3]);
        Assert.Equal([1L, 3], VersionPolicy.ToLoad([3, 2, 1], plan, new Dictionary<long, string> { [2] = "f2", [3] = "older" }));
        Assert.Empty(VersionPolicy.ToLoad([2], plan, new Dictionary<long, string> { [2] = "f2" }));
        Assert.Equal([1L, 2], VersionPolicy.ToLoad([2, 1], plan, new Dictionary<long, string>()));
    }

    [Theory]
    [InlineData(new long[] { 2 }, new long[] { 1, 2 }, new long[] { 1 })]
    [InlineData(new long[] { 2 }, new long[] { 1 }, new long[] { })]
    [InlineData(new long[] { 2, 3 }, new long[] { 1, 2 }, new long[] { })]
    [InlineData(new long[] { 2, 3 }, new long[] { 4, 3, 2, 1 }, new long[] { 1, 4 })]
    [InlineData(new long[] { }, new long[] { 1 }, new long[] { })]
    public void Nothing_is_unloaded_while_a_desired_version_is_missing(long[] desired, long[] ready, long[] unload) =>
        Assert.Equal(unload, VersionPolicy.ToUnload(desired, desired, ready));

    [Theory]
    // the pinned one while it is ready
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 1, 2, 3 }, 2, 3, 2)]
    // else the highest desired one that is ready
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 1, 2, 3 }, 0, 1, 3)]
    [InlineData(new long[] { 1, 2, 3 }, new long[] { 1, 2 }, 0, 1, 2)]
    [InlineData(new long[] { 1, 3 }, new long[] { 1, 2 }, 3, 2, 1)]
    // else what is routed to now, if it is still ready
    [InlineData(new long[] { 3 }, new long[] { 2 }, 0, 2, 2)]
    [InlineData(new long[] { 3 }, new long[] { 2 }, 3, 2, 2)]
    [InlineData(new long[] { 3 }, new long[] { 1 }, 0, 2, 0)]
    [InlineData(new long[] { 3 }, new long[] { }, 0, 0, 0)]
    public void Requests_go_to_the_pin_else_to_the_highest_desired_else_stay(long[] desired, long[] ready, long pinned, long present, long routed) =>
        Assert.Equal(routed, VersionPolicy.Routed(desired, ready, pinned, present));
}
