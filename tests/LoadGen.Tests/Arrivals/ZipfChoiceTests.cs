using Appliance.LoadGen.Arrivals;
using Xunit;

namespace LoadGen.Tests.Arrivals;

public sealed class ZipfChoiceTests
{
    [Fact]
    public void The_kth_is_chosen_as_often_as_a_kth_of_the_first()
    {
        const int Count = 50, Draws = 500_000;
        var choice = new ZipfChoice(Count, seed: 1);
        var drawn = new int[Count];
        for (var i = 0; i < Draws; i++) drawn[choice.Next()]++;

        var all = Enumerable.Range(1, Count).Sum(k => 1.0 / k);
        for (var k = 0; k < Count; k++) Assert.Equal(1 / (all * (k + 1)), (double)drawn[k] / Draws, 0.005);
    }

    [Fact]
    public void The_same_seed_chooses_the_same()
    {
        var (one, other) = (new ZipfChoice(7, seed: 3), new ZipfChoice(7, seed: 3));
        Assert.Equal(Enumerable.Range(0, 100).Select(_ => one.Next()).ToArray(), Enumerable.Range(0, 100).Select(_ => other.Next()).ToArray());
    }

    [Fact]
    public void Of_one_that_one_is_chosen() => Assert.Equal(0, new ZipfChoice(1, seed: 1).Next());
}
