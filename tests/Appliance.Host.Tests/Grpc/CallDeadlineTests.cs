using Appliance.Host.Grpc;
using Microsoft.Extensions.Primitives;
using TestKit;

namespace Appliance.Host.Tests.Grpc;

public sealed class CallDeadlineTests
{
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_deadline_is_as_far_away_in_timestamps_as_on_the_wall()
    {
        var deadline = CallDeadline.ToTimestamp(_time.GetUtcNow().UtcDateTime.AddMilliseconds(250), _time);
        Assert.Equal(TimeSpan.FromMilliseconds(250), _time.GetElapsedTime(_time.GetTimestamp(), deadline));
        Assert.True(CallDeadline.ToTimestamp(_time.GetUtcNow().UtcDateTime.AddSeconds(-1), _time) < _time.GetTimestamp());
    }

    [Fact]
    public void No_deadline_is_never() => Assert.Equal(long.MaxValue, CallDeadline.ToTimestamp(DateTime.MaxValue, _time));

    [Theory]
    [InlineData("250m", 250)]
    [InlineData("3S", 3000)]
    [InlineData("0n", 0)]
    public void A_header_counts_from_when_the_call_came(string header, int milliseconds)
    {
        var received = _time.GetTimestamp();
        var deadline = CallDeadline.Of(header, received, _time.TimestampFrequency);
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), _time.GetElapsedTime(received, deadline));
    }

    [Theory]
    [InlineData("99999999H")]
    [InlineData("2562047H")]
    public void A_header_beyond_the_clock_is_never_and_not_the_past(string header) =>
        Assert.True(CallDeadline.Of(header, long.MaxValue / 2, _time.TimestampFrequency) > long.MaxValue / 2);

    [Theory]
    [InlineData("")]
    [InlineData("1x")]
    [InlineData("-1S")]
    public void No_header_and_a_malformed_one_set_none(string header) =>
        Assert.Equal(long.MaxValue, CallDeadline.Of(header.Length == 0 ? default : new StringValues(header), 5, _time.TimestampFrequency));
}
