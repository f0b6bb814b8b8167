using Lake.Types;
using Lake.Values;

namespace Lake.Tests.Values;

public sealed class ValueTextTests
{
    [Theory]
    [InlineData(0, "1970-01-01")]
    [InlineData(2_932_896, "9999-12-31")]
    [InlineData(2_932_897, "+10000-01-01")]
    [InlineData(-719_162, "0001-01-01")]
    [InlineData(-719_163, "0000-12-31")]
    [InlineData(-719_469, "0000-02-29")]
    [InlineData(-719_529, "-0001-12-31")]
    [InlineData(-735_525, "-0044-03-15")]
    [InlineData(int.MaxValue, "+5881580-07-11")]
    [InlineData(int.MinValue, "-5877641-06-23")]
    public void Days_of_any_year_are_written_as_ISO_8601_has_them_and_read_back(int days, string text)
    {
        Assert.Equal(text, ValueText.Write(PrimitiveType.Date, days));
        Assert.True(ValueText.TryParse(PrimitiveType.Date, text, out var value));
        Assert.Equal(days, value);
    }

    [Theory]
    [InlineData(long.MaxValue, "+294247-01-10T04:00:54.775807")]
    [InlineData(long.MinValue, "-290308-12-21T19:59:05.224192")]
    [InlineData(253_402_300_800_000_000, "+10000-01-01T00:00:00.000000")]
    [InlineData(-62_135_596_800_000_001, "0000-12-31T23:59:59.999999")]
    [InlineData(-62_135_596_800_000_000, "0001-01-01T00:00:00.000000")]
    public void Moments_of_any_year_are_written_and_read_back(long micros, string text)
    {
        Assert.Equal(text, ValueText.Write(PrimitiveType.Timestamp, micros));
        Assert.True(ValueText.TryParse(PrimitiveType.Timestamp, text, out var value));
        Assert.Equal(micros, value);
        Assert.Equal($"{text}+00:00", ValueText.Write(PrimitiveType.TimestampTz, micros));
        Assert.True(ValueText.TryParse(PrimitiveType.TimestampTz, $"{text}+00:00", out value));
        Assert.Equal(micros, value);
        Assert.False(ValueText.TryParse(PrimitiveType.TimestampTz, text, out _));
    }

    [Theory]
    [InlineData("2023-02-29")]
    [InlineData("10000-01-01")]
    [InlineData("+999-01-01")]
    [InlineData("2023-13-01")]
    [InlineData("2023-00-01")]
    [InlineData("2023-01-00")]
    [InlineData("2023-1-1")]
    [InlineData("+5881580-07-12")]
    [InlineData(" 2023-01-01")]
    [InlineData("+-023-01-01")]
    public void Days_that_are_none_are_not_read(string text) => Assert.False(ValueText.TryParse(PrimitiveType.Date, text, out _));
}
