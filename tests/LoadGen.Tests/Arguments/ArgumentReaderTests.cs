using LoadGen.Arguments;
using Xunit;

namespace LoadGen.Tests.Arguments;

public sealed class ArgumentReaderTests
{
    private enum Colour
    {
        Red,
        Green,
    }

    [Fact]
    public void Values_and_flags_are_read_by_name()
    {
        var reader = new ArgumentReader(["--rate", "12.5", "--quick", "--count", "-3", "--colour", "green"], "--quick");

        Assert.Equal(12.5, reader.Number("--rate", 1, 0, 100));
        Assert.Equal(-3, reader.Whole("--count", 1, -5, 5));
        Assert.Equal(Colour.Green, reader.Choice("--colour", Colour.Red));
        Assert.True(reader.Flag("--quick"));
        Assert.Empty(reader.Errors());
    }

    [Fact]
    public void What_is_not_given_takes_its_default()
    {
        var reader = new ArgumentReader([], "--quick");

        Assert.Equal(7, reader.Number("--rate", 7, 0, 100));
        Assert.Null(reader.Text("--name"));
        Assert.False(reader.Flag("--quick"));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("101")]
    [InlineData("NaN")]
    [InlineData("1,5")]
    public void A_bad_number_is_named_with_its_rule(string value)
    {
        var reader = new ArgumentReader(["--rate", value]);

        Assert.Equal(7, reader.Number("--rate", 7, 0, 100));
        Assert.Equal([$"--rate is '{value}'; it must be a number from 0 to 100."], reader.Errors());
    }

    [Theory]
    [InlineData("blue")]
    [InlineData("1")]
    [InlineData("red,green")]
    public void A_choice_takes_its_names_and_nothing_else(string value)
    {
        var reader = new ArgumentReader(["--colour", value]);

        Assert.Equal(Colour.Red, reader.Choice("--colour", Colour.Red));
        Assert.Equal([$"--colour is '{value}'; it must be one of red, green."], reader.Errors());
    }

    [Fact]
    public void Every_error_is_reported_at_once()
    {
        var reader = new ArgumentReader(["stray", "--count", "x", "--count", "2", "--what", "1", "--rate"]);
        reader.Whole("--count", 1, 0, 5);
        reader.Number("--rate", 1, 0, 5);

        Assert.Equal(
            [
                "'stray' is not an option; options start with --.",
                "--count is given twice; once is the most.",
                "--rate has no value; it takes one.",
                "--count is 'x'; it must be a whole number from 0 to 5.",
                "--what is not known; known are --rate --count.",
            ],
            reader.Errors());
    }
}
