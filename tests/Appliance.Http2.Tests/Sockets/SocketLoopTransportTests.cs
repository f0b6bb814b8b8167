using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class SocketLoopTransportTests : IDisposable
{
    private readonly SocketLoopTransport _transport = new(new TransportBlocks(), new RecordingLogger<SocketLoopTransport>());

    [Fact]
    public void There_are_no_more_loops_than_cores_that_the_process_may_use() =>
        Assert.Equal((Environment.ProcessorCount, Math.Max(1, Environment.ProcessorCount / 2)), _transport.Most);

    [Fact]
    public void Loops_whose_calls_run_where_they_arrive_poll_unless_nobody_wants_it()
    {
        Assert.Equal((true, false), _transport.Polls);
        using var without = new SocketLoopTransport(new TransportBlocks(), new RecordingLogger<SocketLoopTransport>(), polls: false);
        Assert.Equal((false, false), without.Polls);
    }

    [Fact]
    public void Loops_of_both_kinds_keep_cores_awake_unless_nobody_wants_it()
    {
        Assert.Equal((true, true), _transport.KeepsAwake);
        using var without = new SocketLoopTransport(new TransportBlocks(), new RecordingLogger<SocketLoopTransport>(), keepsAwake: false);
        Assert.Equal((false, false), without.KeepsAwake);
    }

    [Fact]
    public async Task A_port_that_somebody_has_is_named_as_the_server_knows_it()
    {
        await using var first = await BindAsync(IPAddress.Loopback);
        await Assert.ThrowsAsync<AddressInUseException>(async () => await _transport.BindAsync(first.EndPoint, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task All_addresses_are_those_of_both_kinds()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "the machine has one kind alone");
        await using var listener = await BindAsync(IPAddress.IPv6Any);
        foreach (var address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
        {
            using var peer = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await peer.ConnectAsync(new IPEndPoint(address, ((IPEndPoint)listener.EndPoint).Port), TestContext.Current.CancellationToken);
            await using var connection = await listener.AcceptAsync(TestContext.Current.CancellationToken);
            Assert.Equal(((IPEndPoint)peer.LocalEndPoint!).Port, ((IPEndPoint)connection!.RemoteEndPoint!).Port);
            Assert.Equal(((IPEndPoint)listener.EndPoint).Port, ((IPEndPoint)connection.LocalEndPoint!).Port);
        }
    }

    [Fact]
    public async Task A_listener_that_ends_ends_who_accepts_and_resets_who_waits()
    {
        var listener = await BindAsync(IPAddress.Loopback);
        var accepting = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        using var served = await ConnectAsync(listener);
        await using var connection = await accepting;
        using var waiting = await ConnectAsync(listener);
        await listener.UnbindAsync(TestContext.Current.CancellationToken);
        Assert.Null(await listener.AcceptAsync(TestContext.Current.CancellationToken));
        await waiting.AssertIsResetAsync();
        // Those who were accepted are served on.
        await connection!.Transport.Output.WriteAsync("on"u8.ToArray(), TestContext.Current.CancellationToken);
        Assert.Equal("on"u8.ToArray(), await served.TakeAsync(2));
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task A_listener_that_ends_while_somebody_accepts_tells_him()
    {
        var listener = await BindAsync(IPAddress.Loopback);
        var accepting = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await listener.UnbindAsync(TestContext.Current.CancellationToken);
        Assert.Null(await accepting.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
    }

    public void Dispose() => _transport.Dispose();

    private async Task<IConnectionListener> BindAsync(IPAddress address) => await _transport.BindAsync(new IPEndPoint(address, 0), TestContext.Current.CancellationToken);

    private static async Task<Socket> ConnectAsync(IConnectionListener listener)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(listener.EndPoint, TestContext.Current.CancellationToken);
        return socket;
    }
}
