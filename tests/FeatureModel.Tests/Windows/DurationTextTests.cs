using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("1s", 1)]
    [InlineData("90s", 90)]
    [InlineData("5m", 300)]
    [InlineData("24h", 86_400)]
    [InlineData("90d", 7_776_000)]
    [InlineData("1000000d", 86_400_000_000)]
    public void A_number_and_a_unit_are_a_length(string text, long seconds)
    {
        Assert.True(DurationText.TryParse(text, out var micros));
        Assert.Equal(seconds * 1_000_000, micros);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("d")]
    [InlineData("30")]
    [InlineData("0s")]
    [InlineData("-1d")]
    [InlineData("+1d")]
    [InlineData(" 1d")]
    [InlineData("1 d")]
    [InlineData("1.5d")]
    [InlineData("1D")]
    [InlineData("1w")]
    [InlineData("1000001d")]
    [InlineData("99999999999999999999s")]
    public void Anything_else_is_not(string? text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(60, "1m")]
    [InlineData(90, "90s")]
    [InlineData(86_400, "1d")]
    [InlineData(90_000, "25h")]
    public void A_length_is_written_in_the_largest_unit_that_divides_it(long seconds, string text) =>
        Assert.Equal(text, DurationText.Format(seconds * 1_000_000));
}
