using System.Text;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

public sealed class DistinctHashTests
{
    // From the reference implementation (xxhsum -H1), so that other programs can compute the same.
    [Theory]
    [InlineData("", 0xEF46DB3751D8E999)]
    [InlineData("a", 0xD24EC4F1A98C6E5B)]
    [InlineData("abc", 0x44BC2CF5AD770999)]
    [InlineData("Nobody inspects the spammish repetition", 0xFBCEA83C8A378BF1)]
    public void Text_is_hashed_by_xxh64(string text, ulong hash) => Assert.Equal(hash, DistinctHash.OfText(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Numbers_that_are_equal_have_one_hash() => Assert.Equal(DistinctHash.OfNumber(0.0), DistinctHash.OfNumber(-0.0));

    [Fact]
    public void Neighbouring_integers_spread_over_all_registers()
    {
        var registers = Enumerable.Range(-50_000, 100_000).Select(i => DistinctHash.OfInteger(i) >> 52).Distinct().Count();
        Assert.Equal(HyperLogLog.Registers, registers);
    }
}
