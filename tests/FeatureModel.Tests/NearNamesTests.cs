namespace FeatureModel.Tests;

public sealed class NearNamesTests
{
    private static readonly string[] Known = ["consumption_amount", "share_count", "social_interaction_score"];

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("ABC", "abc", 0)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("share_count", "share_cont", 1)]
    [InlineData("share_count", "share_cuont", 1)]
    public void The_distance_is_the_letters_to_change(string a, string b, int distance)
    {
        Assert.Equal(distance, NearNames.Distance(a, b));
        Assert.Equal(distance, NearNames.Distance(b, a));
    }

    [Fact]
    public void The_nearest_come_first_and_the_far_ones_not_at_all()
    {
        Assert.Equal(["social_interaction_score"], NearNames.Of("social_interaction", Known));
        Assert.Equal(["share_count"], NearNames.Of("Share_Count", Known));
        Assert.Equal(["ab", "abc"], NearNames.Of("abb", ["abc", "b", "ab", "abcd"]));
        Assert.Empty(NearNames.Of("zip", Known));
        Assert.Empty(NearNames.Of(new string('x', 5000), Known));
    }

    [Fact]
    public void A_hint_asks_for_near_names_or_lists_the_few_that_there_are()
    {
        Assert.Equal("; did you mean 'share_count'?", NearNames.Hint("shares_count", Known));
        Assert.Equal("; known are consumption_amount, share_count, social_interaction_score", NearNames.Hint("zip", Known));
        Assert.Equal("", NearNames.Hint("zip", [.. Enumerable.Range(0, 21).Select(i => $"feature_{i}")]));
        Assert.Equal("", NearNames.Question("zip", Known));
    }
}
