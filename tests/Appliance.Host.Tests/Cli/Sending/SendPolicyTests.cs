using System.Text;
using Appliance.Host.Cli.Sending;
using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Host.Tests.Cli.Sending;

public sealed class SendPolicyTests
{
    private static readonly SendWindowPolicy Window = new(maxInFlight: 4, latenessMicros: 100);

    [Theory]
    [InlineData(0, 0, 1_000_000, true)]
    [InlineData(3, 0, 100, true)]
    [InlineData(3, 0, 101, false)]
    [InlineData(4, 0, 1, false)]
    public void Bodies_travel_together_only_while_none_can_make_another_late(int inFlight, long oldest, long newest, bool may) =>
        Assert.Equal(may, Window.MaySend(inFlight, oldest, newest));

    [Theory]
    [InlineData(0, null, 1)]
    [InlineData(0, 3, 3)]
    [InlineData(59, 3600, 30)]
    [InlineData(0, 0, 1)]
    [InlineData(60, 1, null)]
    public void A_body_waits_as_long_as_asked_for_and_is_given_up_after_a_minute(int waited, int? retryAfter, int? wait) => Assert.Equal(
        wait is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
        new RetryPolicy().Next(TimeSpan.FromSeconds(waited), retryAfter is { } asked ? TimeSpan.FromSeconds(asked) : null));

    [Theory]
    [InlineData("2025-01-30T23:59:24Z", "2026-11-28T17:00:00Z", "2026-11-27T23:59:24Z")]
    [InlineData("2025-01-30T10:00:00Z", "2026-11-28T10:00:00Z", "2026-11-28T10:00:00Z")]
    [InlineData("2026-11-28T17:00:00Z", "2026-11-28T17:00:01Z", "2026-11-28T17:00:00Z")]
    [InlineData("2027-03-01T12:00:00Z", "2026-11-28T17:00:00Z", "2026-11-28T12:00:00Z")]
    public void Times_move_by_whole_days_until_the_newest_has_just_been(string newest, string now, string moved)
    {
        var shift = TimeShift.To(Micros(now), Micros(newest));
        Assert.Equal(0, shift % Durations.Day);
        Assert.Equal(moved, Rfc3339.ToText(Micros(newest) + shift));
    }

    [Fact]
    public void A_line_further_behind_than_the_lateness_would_be_refused_later_and_is_told_now()
    {
        var clock = new SourceClock("clicks", 2 * Durations.Hour);
        Assert.Null(clock.Check(Micros("2025-01-02T12:00:00Z"), Micros("2026-01-01T00:00:00Z")));
        Assert.Null(clock.Check(Micros("2025-01-02T10:00:00Z"), Micros("2026-01-01T00:00:00Z")));
        Assert.Equal(
            "an earlier line has 2025-01-02T12:00:00Z, and source 'clicks' takes events at most 2h behind the newest; sort the file by time",
            clock.Check(Micros("2025-01-02T09:59:59Z"), Micros("2026-01-01T00:00:00Z")));
    }

    [Fact]
    public void An_event_of_the_future_makes_no_others_late()
    {
        var clock = new SourceClock("clicks", Durations.Hour);
        var now = Micros("2025-01-02T12:00:00Z");
        Assert.Null(clock.Check(Micros("2030-01-01T00:00:00Z"), now));
        Assert.Null(clock.Check(now, now));
    }

    private static long Micros(string time) => Rfc3339.TryParse(Encoding.UTF8.GetBytes(time), out var micros) ? micros : throw new FormatException(time);
}
