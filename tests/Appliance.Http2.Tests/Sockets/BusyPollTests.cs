using System.Diagnostics;
using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class BusyPollTests
{
    private readonly BusyPoll _poll = new();
    private long _now = Stopwatch.GetTimestamp();

    /// <summary>One that has begun.</summary>
    internal static BusyPoll On()
    {
        var poll = new BusyPoll();
        for (var i = 0; i < 200; i++) poll.Slept(1, 0);
        return poll;
    }

    [Fact]
    public void It_begins_after_many_short_sleeps()
    {
        for (var i = 0; i < 100; i++) Sleep(BusyPoll.Soon);
        Assert.False(_poll.IsOn);
        for (var i = 0; i < 100; i++) Sleep(BusyPoll.Soon);
        Assert.True(_poll.IsOn);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(8)]
    public void It_does_not_begin_where_each_nth_sleep_is_long(int n)
    {
        for (var i = 0; i < 10_000; i++)
        {
            Sleep(i % n == 0 ? BusyPoll.Soon + 1 : 0);
            Assert.False(_poll.IsOn);
        }
    }

    [Fact]
    public void It_goes_on_where_nine_of_ten_looks_find_something_and_ends_where_every_third_does_not()
    {
        Begin();
        for (var i = 0; i < 10_000; i++) Look(found: i % 10 != 0);
        Assert.True(_poll.IsOn);
        for (var i = 0; i < 1000 && _poll.IsOn; i++) Look(found: i % 3 != 0);
        Assert.False(_poll.IsOn);
    }

    [Fact]
    public void A_pause_does_not_end_it()
    {
        Begin();
        for (var i = 0; i < 1000; i++) Look(found: true);
        for (var i = 0; i < 10; i++) Look(found: false);
        Assert.True(_poll.IsOn);
    }

    [Fact]
    public void Where_it_did_not_pay_it_pauses()
    {
        Begin();
        while (_poll.IsOn) Look(found: false);
        var ended = _now;
        for (var i = 0; i < 1000; i++) _poll.Slept(0, ended + BusyPoll.Pause - 1);
        Assert.False(_poll.IsOn);
        _poll.Slept(0, ended + BusyPoll.Pause);
        Assert.True(_poll.IsOn);
    }

    [Fact]
    public void What_was_before_it_did_not_pay_counts_no_more()
    {
        Begin();
        while (_poll.IsOn) Look(found: false);
        _now += BusyPoll.Pause;
        for (var i = 0; i < 100; i++) Sleep(0);
        Assert.False(_poll.IsOn);
    }

    [Fact]
    public void It_ends_while_it_may_not_look_where_sleeps_become_long()
    {
        Begin();
        for (var i = 0; i < 10; i++) Sleep(BusyPoll.Soon + 1);
        Assert.False(_poll.IsOn);
    }

    private void Begin()
    {
        for (var i = 0; i < 200; i++) Sleep(0);
        Assert.True(_poll.IsOn);
    }

    private void Sleep(long ticks) => _poll.Slept(ticks, _now += ticks);

    private void Look(bool found) => _poll.Looked(found, _now += BusyPoll.Moment);
}
