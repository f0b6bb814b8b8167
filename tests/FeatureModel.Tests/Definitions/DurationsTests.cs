using FeatureModel.Definitions;

namespace FeatureModel.Tests.Definitions;

public sealed class DurationsTests
{
    [Theory]
    [InlineData("0s", 0)]
    [InlineData("1s", 1_000_000)]
    [InlineData("30s", 30_000_000)]
    [InlineData("5m", 300_000_000)]
    [InlineData("1h", 3_600_000_000)]
    [InlineData("30d", 2_592_000_000_000)]
    [InlineData("36500d", 3_153_600_000_000_000)]
    public void A_length_is_read_and_written_back_as_it_was(string text, long micros)
    {
        Assert.True(Durations.TryParse(text, out var read));
        Assert.Equal(micros, read);
        Assert.Equal(text, Durations.Format(read));
    }

    [Theory]
    [InlineData("60s", "1m")]
    [InlineData("90m", "90m")]
    [InlineData("3600s", "1h")]
    [InlineData("48h", "2d")]
    [InlineData("007d", "7d")]
    [InlineData("0d", "0s")]
    public void A_length_is_written_with_the_largest_unit_that_divides_it(string text, string written)
    {
        Assert.True(Durations.TryParse(text, out var micros));
        Assert.Equal(written, Durations.Format(micros));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("d")]
    [InlineData("-5d")]
    [InlineData("+5d")]
    [InlineData("1.5h")]
    [InlineData("5 d")]
    [InlineData(" 5d")]
    [InlineData("5D")]
    [InlineData("5ms")]
    [InlineData("5w")]
    [InlineData("1h30m")]
    [InlineData("36501d")]
    [InlineData("99999999999999999999d")]
    [InlineData("9223372036854775807s")]
    [InlineData("٣d")]
    public void What_is_no_length_is_refused(string? text) => Assert.False(Durations.TryParse(text, out _));

    [Theory]
    [InlineData(-1_000_000)]
    [InlineData(1)]
    [InlineData(1_500_000)]
    public void What_no_text_could_say_is_not_written(long micros) => Assert.Throws<ArgumentOutOfRangeException>(() => Durations.Format(micros));
}
