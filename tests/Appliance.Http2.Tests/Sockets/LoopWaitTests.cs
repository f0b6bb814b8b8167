using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopWaitTests
{
    private const int Found = 3;

    private readonly List<bool> _forever = [];
    private readonly LoopWait _wait;
    private readonly BusyPoll _poll = BusyPollTests.On();

    // When the next event comes, on a clock that a look moves by a thousandth of the moment.
    private long _event;
    private long _now = 1_000_000;

    public LoopWaitTests() => _wait = Wait(_poll);

    [Fact]
    public void Where_there_is_something_to_do_it_looks_once()
    {
        _event = long.MaxValue;
        Assert.Equal(0, _wait.Next(isDue: true, mayPoll: true, _now));
        Assert.Equal([false], _forever);
    }

    [Fact]
    public void It_sleeps_where_it_may_not_poll_and_where_that_does_not_pay()
    {
        _event = _now + 10;
        Assert.Equal(Found, _wait.Next(isDue: false, mayPoll: false, _now));
        Assert.Equal(Found, Wait(new BusyPoll()).Next(isDue: false, mayPoll: true, _now));
        Assert.Equal([true, true], _forever);
        Assert.Equal(0, _wait.Polled);
    }

    [Fact]
    public void What_comes_within_the_moment_is_found_without_sleep()
    {
        var since = _now;
        _event = since + (BusyPoll.Moment / 2);
        Assert.Equal(Found, _wait.Next(isDue: false, mayPoll: true, since));
        Assert.DoesNotContain(true, _forever);
        Assert.InRange(_forever.Count, 400, 600);
        Assert.Equal(_now - since, _wait.Polled);
    }

    [Fact]
    public void What_does_not_come_within_the_moment_is_slept_for()
    {
        var since = _now;
        _event = since + (3 * BusyPoll.Moment);
        Assert.Equal(Found, _wait.Next(isDue: false, mayPoll: true, since));
        Assert.True(_forever[^1]);
        Assert.DoesNotContain(true, _forever.SkipLast(1));
        Assert.InRange(_wait.Polled, BusyPoll.Moment, 2 * BusyPoll.Moment);
        for (var i = 0; i < 10; i++) Next(3 * BusyPoll.Moment);
        Assert.False(_wait.WantsToPoll);
    }

    // Its core was somebody else's meanwhile.
    [Fact]
    public void What_is_found_too_late_is_none_that_polling_has_won()
    {
        for (var i = 0; i < 12 && _wait.WantsToPoll; i++)
        {
            _event = _now;
            Assert.Equal(Found, _wait.Next(isDue: false, mayPoll: true, _now - BusyPoll.Moment));
        }
        Assert.DoesNotContain(true, _forever);
        Assert.False(_wait.WantsToPoll);
    }

    [Fact]
    public void It_begins_to_poll_where_sleeps_are_short()
    {
        var wait = Wait(new BusyPoll());
        for (var i = 0; i < 200; i++)
        {
            _event = _now + BusyPoll.Moment;
            wait.Next(isDue: false, mayPoll: true, _now);
        }
        Assert.True(wait.WantsToPoll);
        Assert.True(_forever[0]);
        Assert.False(_forever[^1]);
    }

    private void Next(long after)
    {
        _event = _now + after;
        _wait.Next(isDue: false, mayPoll: true, _now);
    }

    private LoopWait Wait(BusyPoll poll) => new(Events, poll, () => _now);

    private int Events(bool forever)
    {
        _forever.Add(forever);
        _now = forever ? Math.Max(_now, _event) : _now + (BusyPoll.Moment / 1000);
        return _now >= _event ? Found : 0;
    }
}
