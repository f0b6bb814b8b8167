using System.Diagnostics;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class LoopGroupTests
{
    // An hour on: what loops that sleep said is long past, and they do not look for themselves as long as the test lasts.
    private readonly long _later = Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency);
    private int _looks;

    [Fact]
    public async Task A_loop_that_is_long_in_one_turn_is_busy_until_that_ends()
    {
        using var hold = new LoopHold();
        await using var server = new LoopServer(hold.ServeAsync, most: 1);
        var loop = server.Group.Loops[0];
        Assert.Equal(default, loop.LoadAt(_later));
        using var holding = await hold.BeginAsync(server);
        var load = loop.LoadAt(_later);
        Assert.Equal(1, load.BusyShare);
        Assert.True(load.Turn > 1_000_000, $"a turn of {load.Turn} µs");
        hold.End();
        await LoopServer.UntilAsync(() => loop.LoadAt(_later) == default);
    }

    [Fact]
    public async Task Others_come_beside_a_loop_that_is_long_in_one_turn_and_stay_and_are_no_more_than_make_sense()
    {
        using var hold = new LoopHold();
        await using var server = new LoopServer(hold.ServeAsync, most: 3);
        using var holding = await hold.BeginAsync(server);
        Assert.Equal([2, 3, 3], Enumerable.Range(0, 3).Select(_ => Look(server.Group)));
        // More often than it takes for one to go.
        Assert.All(Enumerable.Range(0, 30).Select(_ => Look(server.Group)), active => Assert.Equal(3, active));
        using var peer = await server.ConnectAsync();
        await peer.SendAllAsync(new byte[100]);
        Assert.Equal(new byte[100], await peer.TakeAsync(100));
        hold.End();
    }

    [Fact]
    public async Task Connections_that_come_at_once_are_spread_over_the_loops_that_are_at_work()
    {
        using var hold = new LoopHold();
        await using var server = new LoopServer(hold.ServeAsync, most: 4);
        using var holding = await hold.BeginAsync(server);
        Look(server.Group);
        Look(server.Group);
        Assert.Equal(3, server.Group.Active);
        // The one that is held has watched none of its own, and still gets no more than the others; the one that sleeps gets none.
        var peers = await Task.WhenAll(Enumerable.Range(0, 29).Select(_ => server.ConnectAsync()));
        await server.AllServedAsync();
        Assert.Equal([10, 10, 10, 0], server.Group.Loops.Select(l => l.Assigned));
        Assert.Equal(1, server.Group.Loops[0].Count);
        hold.End();
        await LoopServer.UntilAsync(() => server.Watched == 29);
        foreach (var peer in peers) peer.Dispose();
    }

    [Fact]
    public void The_only_loop_at_work_may_poll_where_it_wants_to_and_a_core_is_free()
    {
        var (idle, wants) = (2.0, BusyPollTests.On());
        using var group = Group(() => idle, () => wants);
        Assert.Equal((true, false), (group.CanPoll, group.MayPoll));
        Look(group, 20);
        Assert.True(group.MayPoll);
        idle = 0.5;
        Look(group, 20);
        Assert.True(group.MayPoll);
        while (wants.IsOn) wants.Slept(BusyPoll.Soon + 1, 0);
        Look(group, 1);
        Assert.False(group.MayPoll);
        // Half a core was enough to go on, and is too little to begin with.
        while (!wants.IsOn) wants.Slept(0, 0);
        Look(group, 100);
        Assert.False(group.MayPoll);
    }

    [Fact]
    public async Task A_loop_that_is_busy_needs_less_of_what_is_idle()
    {
        using var hold = new LoopHold();
        using var group = Group(() => 0.5, BusyPollTests.On, most: 1);
        await using var server = new LoopServer(hold.ServeAsync, choose: _ => group.Loops[0]);
        using var holding = await hold.BeginAsync(server);
        Look(group, 100);
        var mayPoll = group.MayPoll;
        hold.End();
        Assert.True(mayPoll);
    }

    [Fact]
    public void None_polls_where_no_core_is_free_or_nobody_wants_it()
    {
        using var full = Group(() => 0, BusyPollTests.On);
        Look(full, 20);
        Assert.False(full.MayPoll);
        using var without = new LoopGroup(2, new RecordingLogger<SocketLoopTransport>(), poll: BusyPollTests.On);
        Look(without, 20);
        Assert.Equal((false, false), (without.CanPoll, without.MayPoll));
    }

    [Fact]
    public async Task None_of_several_loops_may_poll()
    {
        using var hold = new LoopHold();
        using var group = Group(() => 2, BusyPollTests.On);
        Look(group, 20);
        var before = (group.Active, group.MayPoll);
        await using var server = new LoopServer(hold.ServeAsync, choose: _ => group.Loops[0]);
        using var holding = await hold.BeginAsync(server);
        Look(group, 1);
        var after = (group.Active, group.MayPoll);
        hold.End();
        Assert.Equal(((1, true), (2, false)), (before, after));
    }

    private static LoopGroup Group(Func<double> idle, Func<BusyPoll> poll, int most = 2) =>
        new(most, new RecordingLogger<SocketLoopTransport>(), polling: new PollGate(idle), poll: poll);

    private void Look(LoopGroup group, int times)
    {
        for (var i = 0; i < times; i++) Look(group);
    }

    private int Look(LoopGroup group)
    {
        group.Look(_later + (++_looks * LoopGroup.Period));
        return group.Active;
    }
}
