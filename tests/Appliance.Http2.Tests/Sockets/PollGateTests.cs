using System.Diagnostics;
using Appliance.Http2.Sockets;

namespace Appliance.Http2.Tests.Sockets;

public sealed class PollGateTests
{
    private readonly PollGate _gate;
    private double _idle = 1;
    private int _asked;
    private long _now = Stopwatch.GetTimestamp();

    public PollGateTests() => _gate = new PollGate(() =>
    {
        _asked++;
        return _idle;
    });

    [Fact]
    public void It_opens_where_what_polling_takes_is_idle_and_a_part_of_a_core_beside_that()
    {
        _idle = 0.59;
        Assert.False(Look(0.5, 100));
        _idle = 0.61;
        Assert.True(Look(0.5, 100));
    }

    // Of a single core, the loop leaves what it does not use, and nothing beside that.
    [Theory]
    [InlineData(0)]
    [InlineData(0.4)]
    [InlineData(0.9)]
    public void It_does_not_open_on_a_single_core(double cores)
    {
        _idle = 1 - cores;
        Assert.False(Look(cores, 100));
    }

    [Fact]
    public void It_stays_open_as_long_as_a_part_of_a_core_is_idle()
    {
        Look(0.5, 100);
        _idle = 0.3;
        Assert.True(Look(0.5, 100));
        // A few hundredths of a second without are nothing.
        _idle = 0;
        Assert.True(Look(0.5, 1));
        Assert.False(Look(0.5, 20));
    }

    [Fact]
    public void Where_it_took_what_others_wanted_it_opens_again_after_longer_and_longer()
    {
        Look(0.5, 100);
        Assert.Equal([2, 4, 8, 16, 32, 64, 64], Enumerable.Range(0, 7).Select(_ => SecondsClosed()).ToArray());
        Assert.True(Look(0.5, 65 * 20));
        Assert.Equal(2, SecondsClosed());
    }

    [Fact]
    public void After_a_pause_it_is_closed_and_knows_nothing()
    {
        Assert.True(Look(0.5, 100));
        _now += PollGate.Pause;
        Assert.False(Look(0.5, 1));
        Assert.False(Look(0.5, 3));
        Assert.True(Look(0.5, 10));
    }

    [Fact]
    public void Many_idle_cores_are_not_remembered_longer_than_two()
    {
        _idle = 64;
        Assert.True(Look(0.5, 100));
        _idle = 0;
        Assert.False(Look(0.5, 9));
    }

    [Fact]
    public void Closed_from_outside_it_opens_as_at_first_and_has_found_nothing()
    {
        _idle = 0.61;
        Assert.True(Look(0.5, 100));
        _gate.Close();
        _idle = 0.5;
        Assert.False(Look(0.5, 1));
        _idle = 0.8;
        Assert.True(Look(0.5, 5));
        Assert.Equal(106, _asked);
    }

    private double SecondsClosed()
    {
        _idle = 0;
        while (Look(0.5, 1)) Assert.True(_asked < 10_000);
        _idle = 1;
        var closed = _now;
        while (!Look(0.5, 1)) Assert.True(_asked < 10_000);
        return Math.Round(Stopwatch.GetElapsedTime(closed, _now).TotalSeconds, 1);
    }

    // A look a period; returns what the last one said.
    private bool Look(double cores, int times)
    {
        var isOpen = false;
        for (var i = 0; i < times; i++) isOpen = _gate.Look(cores, _now += LoopGroup.Period);
        return isOpen;
    }
}
