using Appliance.Inference.Lifecycle;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Inference.Tests.Lifecycle;

public sealed class ModelSlotTests
{
    private readonly ModelSlot _slot = new("m");

    [Fact]
    public void Ready_versions_are_listed_highest_first()
    {
        foreach (var version in new long[] { 2, 10, 1 }) _slot.Join(Version(version));
        Assert.Equal([10L, 2, 1], _slot.Ready.Select(m => m.Version));
    }

    [Fact]
    public void A_version_is_leased_by_number()
    {
        var two = Version(2);
        _slot.Join(two);
        Assert.True(_slot.TryAcquire(2, out var leased));
        Assert.Same(two, leased);
        Assert.Equal(1, two.Leases);
        Assert.False(_slot.TryAcquire(3, out leased));
        Assert.Null(leased);
    }

    [Fact]
    public void A_version_that_joins_takes_the_place_of_one_of_the_same_number()
    {
        var (old, other, young) = (Version(1), Version(2), Version(1));
        foreach (var version in new[] { old, other, young }) _slot.Join(version);
        Assert.Equal([other, young], _slot.Ready);
        _slot.Leave(old);
        Assert.Equal([other, young], _slot.Ready);
    }

    [Fact]
    public void A_version_that_left_is_not_found()
    {
        var one = Version(1);
        _slot.Join(one);
        Assert.Same(one, _slot.Find(1));
        _slot.Leave(one);
        Assert.Null(_slot.Find(1));
        Assert.False(_slot.TryAcquire(1, out _));
    }

    [Fact]
    public void A_version_that_drains_is_found_and_not_leased()
    {
        var one = Version(1);
        _slot.Join(one);
        one.DrainAsync();
        Assert.False(_slot.TryAcquire(1, out var found));
        Assert.Same(one, found);
    }

    private static ServingModel Version(long version) =>
        new ServedModelBuilder(SignatureBuilder.Echo(1, Datatype.FP32, 1), TimeProvider.System) { Version = version }.Build();
}
