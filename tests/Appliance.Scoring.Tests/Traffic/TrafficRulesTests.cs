using Appliance.Scoring.Traffic;

namespace Appliance.Scoring.Tests.Traffic;

public sealed class TrafficRulesTests
{
    private static readonly TrafficRequest Good = new([new(1, 9_999), new(2, 1)], [new(3, 10_000, 0)], "ann", "because");

    [Fact]
    public void A_split_that_adds_up_and_says_who_and_why_is_taken() => Assert.Null(TrafficRules.Check(Good));

    [Fact]
    public void Refusals_name_the_field_the_value_and_the_rule()
    {
        Refused("arms", "arms has 0 elements; it must have 1 to 16", Good with { Arms = [] });
        Refused("arms", "arms has 17 elements; it must have 1 to 16", Good with { Arms = [.. Enumerable.Range(1, 17).Select(v => new TrafficShare(v, 1))] });
        Refused("arms", "the percents of arms add up to 99.99; they must add up to 100", Good with { Arms = [new(1, 9_998), new(2, 1)] });
        Refused("arms", "the percents of arms add up to 100.01; they must add up to 100", Good with { Arms = [new(1, 10_000), new(2, 1)], Shadows = [] });
        Refused("arms[1].version", "arms[1].version is 1, which an arm before it has", Good with { Arms = [new(1, 5_000), new(1, 5_000)] });
        Refused("arms[0].version", "arms[0].version is 0; it must be a whole number from 1", Good with { Arms = [new(0, 10_000)] });
        Refused("arms[0].percent", "arms[0].percent is -0.01; it must be a number from 0 to 100 in steps of 0.01", Good with { Arms = [new(1, -1), new(2, 10_001)] });
        Refused("shadows", "shadows has 5 elements; it must have at most 4", Good with { Shadows = [.. Enumerable.Range(3, 5).Select(v => new ShadowShare(v, 1, 0))] });
        Refused("shadows[0].version", "shadows[0].version is 1, which serves every request itself", Good with { Arms = [new(1, 10_000)], Shadows = [new(1, 1, 0)] });
        Refused("shadows[0].percent", "shadows[0].percent is 0; it must be a number from 0.01 to 100 in steps of 0.01", Good with { Shadows = [new(3, 0, 0)] });
        Refused("shadows[0].tolerance", "shadows[0].tolerance is -1; it must be a number from 0 up", Good with { Shadows = [new(3, 1, -1)] });
        Refused("author", "author has 0 characters; it must say who makes the change in 1 to 128", Good with { Author = "" });
        Refused("reason", "reason has 1025 characters; it must say why in 1 to 1024", Good with { Reason = new string('x', 1025) });
    }

    [Theory]
    [InlineData("0", true, 0)]
    [InlineData("0.01", true, 1)]
    [InlineData("12.34", true, 1_234)]
    [InlineData("12.340", true, 1_234)]
    [InlineData("100", true, 10_000)]
    [InlineData("100.01", false, 0)]
    [InlineData("-1", false, 0)]
    [InlineData("0.005", false, 0)]
    public void A_percent_has_two_decimals(string text, bool isTaken, int basisPoints)
    {
        Assert.Equal(isTaken, Percent.TryOf(decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture), out var read));
        Assert.Equal(basisPoints, read);
    }

    private static void Refused(string field, string message, TrafficRequest request) => Assert.Equal(new TrafficFault(field, message), TrafficRules.Check(request));
}
