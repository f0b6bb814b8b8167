using System.Globalization;
using System.Text;
using FeatureModel.Events;

namespace FeatureModel.Tests.Events;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("1970-01-01T00:00:00Z", 0)]
    [InlineData("1970-01-01T00:00:00.1Z", 100_000)]
    [InlineData("1970-01-01t00:00:00.1234567899z", 123_456)]
    [InlineData("1969-12-31T23:59:59.999999Z", -1)]
    [InlineData("1970-01-01 01:30:00+01:30", 0)]
    [InlineData("1969-12-31T19:00:00-05:00", 0)]
    [InlineData("2024-02-29T12:00:00Z", 1709208000_000000)]
    public void Moments_are_read_to_the_microsecond(string text, long microseconds)
    {
        Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var read));
        Assert.Equal(microseconds, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("2025-01-01")]
    [InlineData("2025-01-01T00:00:00")]
    [InlineData("2025-13-01T00:00:00Z")]
    [InlineData("2025-02-29T00:00:00Z")]
    [InlineData("0000-01-01T00:00:00Z")]
    [InlineData("2025-01-01T24:00:00Z")]
    [InlineData("2025-01-01T00:00:60Z")]
    [InlineData("2025-01-01T00:00:00.Z")]
    [InlineData("2025-01-01T00:00:00.5")]
    [InlineData("2025-01-01T00:00:00+0100")]
    [InlineData("2025-01-01T00:00:00+01:60")]
    [InlineData("2025-01-01T00:00:00ZZ")]
    [InlineData("2025-01-01X00:00:00Z")]
    [InlineData("2025-1-01T00:00:000Z")]
    public void What_is_no_moment_is_refused(string text) => Assert.False(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Reading_agrees_with_the_framework_and_writing_is_read_back()
    {
        const int seed = 3339;
        var random = new Random(seed);
        for (var i = 0; i < 10_000; i++)
        {
            var moment = new DateTime(random.NextInt64(DateTime.MinValue.Ticks / 10, DateTime.MaxValue.Ticks / 10) * 10, DateTimeKind.Utc);
            var text = moment.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
            Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(text), out var read), $"seed {seed}: {text}");
            Assert.Equal((moment - DateTime.UnixEpoch).Ticks / 10, read);
            Assert.True(Rfc3339.TryParse(Encoding.UTF8.GetBytes(Rfc3339.ToText(read)), out var again));
            Assert.Equal(read, again);
        }
    }
}
