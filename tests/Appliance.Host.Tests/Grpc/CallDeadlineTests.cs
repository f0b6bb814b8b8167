using Appliance.Host.Grpc;
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
}
