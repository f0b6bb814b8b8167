using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Corrupt;

/// <summary>Small files that ask for more memory than there is: at load, or at the first run.</summary>
public sealed class OversizedGraphTests(LoadingAppliance loading) : IClassFixture<LoadingAppliance>
{
    public static TheoryData<string, byte[]> Graphs => new()
    {
        { "a constant of 2^40 elements", HostileModels.ConstantOfShape(1L << 40) },
        { "a constant whose size overflows", HostileModels.ConstantOfShape(1L << 31, 1L << 31, 1L << 31) },
        { "a constant of a negative size", HostileModels.ConstantOfShape(-5) },
        { "a constant just past the limit", HostileModels.ConstantOfShape(LoadingAppliance.MemoryLimitMegabytes * (1L << 18)) },
        { "a repeated constant", HostileModels.TiledConstant() },
        { "a constant that doubles 40 times", HostileModels.DoubledConstant(40) },
        { "a range", HostileModels.Range() },
        { "a repeated input", HostileModels.TiledInput() },
        { "an expanded input", HostileModels.ExpandedInput() },
        { "a constant that claims 2^40 elements", HostileModels.ConstantThatClaims(1L << 40) },
        { "a constant that claims more elements than can be counted", HostileModels.ConstantThatClaims(1L << 40, 1L << 40) },
        { "a constant that claims a negative number", HostileModels.ConstantThatClaims(-4) },
        { "a typed constant that claims 2^40 elements", HostileModels.TypedConstantThatClaims(1L << 40) },
        { "a typed constant that claims more elements than can be counted", HostileModels.TypedConstantThatClaims(1L << 40, 1L << 40) },
        { "tensors of 2^40 elements", HostileModels.OutputThatClaims(1L << 40) },
        { "tensors of more elements than can be counted", HostileModels.OutputThatClaims(1L << 40, 1L << 40) },
    };

    [Theory]
    [MemberData(nameof(Graphs), DisableDiscoveryEnumeration = true)]
    public async Task A_graph_that_asks_for_more_memory_than_there_is_is_refused_with_the_reason(string what, byte[] onnx)
    {
        var reason = await loading.RefusalOfAsync(onnx);
        TestContext.Current.TestOutputHelper?.WriteLine($"{what}: {reason}");
        await loading.IsUnharmedAsync();
    }

    [Fact]
    public async Task A_graph_with_a_large_constant_that_fits_is_served()
    {
        // 64 MiB made from a constant shape, as attention masks and position tables are.
        Assert.Null(await loading.TryModelAsync(HostileModels.ConstantOfShape(1L << 24)));
        await loading.IsUnharmedAsync();
    }
}
