using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class IncomingCoresTests
{
    [Fact]
    public void Cores_are_several_from_the_second_on_until_only_one_is_seen_for_long()
    {
        var cores = new IncomingCores();
        Assert.All(Enumerable.Repeat(1, 50), core => Assert.False(cores.AreSeveral(core)));
        Assert.True(cores.AreSeveral(0));
        Assert.Equal([true, true, true, false, false], Enumerable.Repeat(0, 5).Select(cores.AreSeveral));
        Assert.True(cores.AreSeveral(3));
    }

    [Fact]
    public async Task The_core_of_a_connection_is_one_of_the_machines()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        using var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        using var accepted = await listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.InRange(IncomingCore.Of(accepted), 0, 4096);
    }

    [Fact]
    public async Task Connections_go_by_their_core_and_no_loop_gets_far_ahead()
    {
        using var hold = new LoopHold();
        await using var server = new LoopServer(hold.ServeAsync, most: 2, cores: [0, 1, .. Enumerable.Repeat(1, 3), .. Enumerable.Repeat(0, 3), .. Enumerable.Repeat(1, 12)]);
        using var holding = await hold.BeginAsync(server);
        server.Group.Look(System.Diagnostics.Stopwatch.GetTimestamp() + (3600 * System.Diagnostics.Stopwatch.Frequency));
        Assert.Equal(2, server.Group.Active);
        var peers = new List<Socket>();
        foreach (var expected in new[] { (1, 4), (4, 4), (4, 8), (10, 10) })
        {
            while (peers.Count + 1 < expected.Item1 + expected.Item2)
            {
                peers.Add(await server.ConnectAsync());
                await server.AllServedAsync();
            }
            Assert.Equal(expected, (server.Group.Loops[0].Assigned, server.Group.Loops[1].Assigned));
        }
        hold.End();
        foreach (var peer in peers) peer.Dispose();
    }
}
