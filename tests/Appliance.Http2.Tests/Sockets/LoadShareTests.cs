using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoadShareTests
{
    [Theory]
    [InlineData("100", "")]
    [InlineData("100 100", "100")]
    [InlineData("101 100", "101")]
    [InlineData("100 101", "100")]
    [InlineData("100 100 100", "100")]
    // What is alone heavy stays, wherever it stands: it would only go to and fro.
    [InlineData("100 3", "3")]
    [InlineData("3 100", "3")]
    [InlineData("100 3 3 3", "3 3 3")]
    // The first of equal ones, though their bytes differ a little.
    [InlineData("11 10 11 10 11 10 11 10", "11 10 11 10")]
    [InlineData("10 10 10 10 11 11 11 11", "10 10 10 10")]
    [InlineData("50 10 10 10 10 10", "50")]
    [InlineData("10 10 10 10 10 50", "10 10 10 10 10")]
    [InlineData("0 0", "0 0")]
    [InlineData("", "")]
    public void Half_of_the_load_goes(string inOrder, string given) =>
        Assert.Equal(Numbers(given), LoadShare.Of(Numbers(inOrder), n => n, Numbers(inOrder).Sum() / 2));

    [Theory]
    [InlineData("10 10 10 10", 10, "10")]
    [InlineData("10 10 10 10", 6, "")]
    [InlineData("10 10 10 10", 7, "10")]
    [InlineData("10 10 10 10", 0, "")]
    [InlineData("10 3 3", 5, "3 3")]
    public void A_smaller_share_goes(string inOrder, long bytes, string given) => Assert.Equal(Numbers(given), LoadShare.Of(Numbers(inOrder), n => n, bytes));

    [Fact]
    public void What_stays_and_what_goes_are_never_further_apart_than_the_heaviest_weighs()
    {
        var random = new Random(5);
        for (var i = 0; i < 2000; i++)
        {
            long[] loads = [.. Enumerable.Range(0, random.Next(1, 40)).Select(_ => random.NextInt64(1, 1L << random.Next(1, 40)))];
            var given = LoadShare.Of(loads, n => n, loads.Sum() / 2).Sum();
            Assert.InRange(Math.Abs(loads.Sum() - (2 * given)), 0, 2 * loads.Max());
        }
    }

    private static long[] Numbers(string text) => [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(long.Parse)];
}
