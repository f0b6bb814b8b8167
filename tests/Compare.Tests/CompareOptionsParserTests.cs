using Xunit;

namespace Compare.Tests;

public sealed class CompareOptionsParserTests
{
    [Fact]
    public void Every_option_reaches_its_setting()
    {
        var options = CompareOptionsParser.Parse(
            [
                "--control", "--floor", "f", "--appliance", "a", "--starts", "2", "--rounds", "4", "--seconds", "5", "--warmup", "6",
                "--open-loop-seconds", "7", "--startup-starts", "8", "--noise-limit", "0.2", "--models", "m", "--work", "w", "--results", "r",
                "--name", "n-1",
            ],
            out var errors);

        Assert.Empty(errors);
        Assert.True(options.IsControl);
        Assert.Equal(("f", "a", "m", "w", "r", "n-1"), (options.Floor, options.Appliance, options.Models, options.Work, options.Results, options.Name));
        Assert.Equal((2, 4, 5, 6, 7, 8), (options.Starts, options.Rounds, options.Seconds, options.Warmup, options.OpenLoopSeconds, options.StartupStarts));
        Assert.Equal(0.2, options.NoiseLimit);
    }

    [Fact]
    public void Quick_shortens_what_is_not_given()
    {
        var options = CompareOptionsParser.Parse(["--quick", "--rounds", "2"], out var errors);

        Assert.Empty(errors);
        Assert.Equal((1, 2, 1), (options.Starts, options.Rounds, options.Seconds));
        Assert.True(options.OpenLoopSeconds < new CompareOptions().OpenLoopSeconds);
    }

    [Theory]
    [InlineData("--name", "../up", "letters, digits, '-', '_' and '.'")]
    [InlineData("--starts", "0", "a whole number from 1 to 100")]
    [InlineData("--noise-limit", "2", "a number from 0 to 1")]
    public void A_bad_value_is_refused_by_name_value_and_rule(string option, string value, string rule)
    {
        CompareOptionsParser.Parse([option, value], out var errors);

        Assert.Equal([$"{option} is '{value}'; it must be {rule}."], errors);
    }
}
