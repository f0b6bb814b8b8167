using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

public sealed class HyperLogLogTests
{
    [Theory]
    [InlineData(0UL, 0, 53)]
    [InlineData(1UL, 0, 52)]
    [InlineData(1UL << 51, 0, 1)]
    [InlineData(1UL << 52, 1, 53)]
    [InlineData(ulong.MaxValue, 4095, 1)]
    public void The_first_12_bits_are_the_register_and_the_rest_gives_the_rank(ulong hash, int register, int rank)
    {
        var entry = HyperLogLog.Entry(hash);
        Assert.Equal((register, rank), ((int)(entry >> 6), (int)(entry & 63)));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(20, 1)]
    [InlineData(1_000, 40)]
    [InlineData(100_000, 6_400)]
    [InlineData(1_000_000, 64_000)]
    public void The_estimate_is_within_four_standard_errors(int distinct, double allowed)
    {
        var registers = new byte[HyperLogLog.Registers];
        for (var i = 0; i < distinct; i++)
        {
            var entry = HyperLogLog.Entry(DistinctHash.OfInteger(i * 7_919L));
            registers[entry >> 6] = Math.Max(registers[entry >> 6], (byte)(entry & 63));
        }
        var ranks = new int[64];
        HyperLogLog.CountRanks(registers, ranks);
        Assert.InRange(Math.Round(HyperLogLog.Estimate(ranks)), distinct - allowed, distinct + allowed);
    }

    [Fact]
    public void Registers_that_are_all_full_still_give_a_number()
    {
        var ranks = new int[64];
        ranks[53] = HyperLogLog.Registers;
        Assert.True(HyperLogLog.Estimate(ranks) > 1e15);
    }
}
