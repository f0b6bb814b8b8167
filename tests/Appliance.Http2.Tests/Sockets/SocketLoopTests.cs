using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using Microsoft.AspNetCore.Connections;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class SocketLoopTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Connections_that_move_between_loops_while_they_are_used_lose_nothing_and_end(int seed)
    {
        await using var server = new LoopServer(LoopServer.EchoAsync, most: 3);
        await Task.WhenAll(Enumerable.Range(0, 16).Select(number => TalkAsync(server, (seed * 100) + number)));
        await server.StopAsync();
        Assert.Equal(16, server.Connections.Count);
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task A_connection_on_a_loop_that_is_not_wanted_goes_to_one_that_is()
    {
        await using var server = new LoopServer(LoopServer.EchoAsync, choose: group => group.Loops[1]);
        using var peer = await server.ConnectAsync();
        await LoopServer.UntilAsync(() =>
        {
            // Loops at work look at the others.
            peer.Send([1]);
            return server.Group.Loops[0].Count == 1;
        });
        Assert.Equal((1, 0), (server.Group.Active, server.Group.Loops[1].Count));
    }

    [Fact]
    public async Task A_fault_of_one_reader_ends_its_connection_alone()
    {
        var waits = new TaskCompletionSource();
        await using var server = new LoopServer(connection => waits.Task.IsCompleted ? LoopServer.EchoAsync(connection) : FailAsync(connection, waits), most: 1);
        using var failing = await server.ConnectAsync();
        await waits.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        using var other = await server.ConnectAsync();
        await failing.SendAllAsync(new byte[1]);
        await failing.AssertIsResetAsync();
        await server.Log.LoggedAsync(4003, 1, TestContext.Current.CancellationToken);
        await other.SendAllAsync(new byte[100]);
        Assert.Equal(new byte[100], await other.TakeAsync(100));
    }

    [Fact]
    public async Task A_fault_of_who_is_told_of_the_end_is_logged()
    {
        await using var server = new LoopServer(connection =>
        {
            connection.ConnectionClosed.Register(() => throw new InvalidOperationException("told"));
            return LoopServer.EchoAsync(connection);
        });
        var peer = await server.ConnectAsync();
        await server.AllServedAsync();
        peer.Close();
        await server.Log.LoggedAsync(4003, 1, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Loops_that_are_disposed_of_close_what_they_have_and_may_be_posted_to_later()
    {
        var group = new LoopGroup(2, new RecordingLogger<SocketLoopTransport>());
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var (watched, peer) = await ConnectAsync(listener, group.Loops[0], TimeProvider.System);
        await LoopServer.UntilAsync(() => group.Loops[0].Count == 1);
        group.Dispose();
        await watched.DisposeAsync().AsTask().WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        Assert.True(watched.Handle.IsClosed);
        await peer.AssertIsResetAsync();
        group.Loops[0].Post(watched);
        group.Loops[1].Post(watched);
        watched.Abort(new ConnectionAbortedException("late"));
        peer.Dispose();
    }

    [Theory]
    [InlineData(2.0)]
    [InlineData(0.0)]
    public async Task A_loop_polls_where_it_may_and_hears_of_everything(double idle)
    {
        var started = Stopwatch.GetTimestamp();
        using var group = new LoopGroup(1, new RecordingLogger<SocketLoopTransport>(), polling: new PollGate(() => idle), poll: BusyPollTests.On);
        var loop = group.Loops[0];
        // An hour on: the loop does not look for itself as long as the test lasts.
        for (var i = 0; i < 20; i++) group.Look(started + (3600 * Stopwatch.Frequency) + (i * LoopGroup.Period));
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var (connection, peer) = await ConnectAsync(listener, loop, TimeProvider.System);
        var echo = LoopServer.EchoAsync(connection);
        for (byte i = 1; i <= 100; i++)
        {
            await peer.SendAllAsync(new[] { i });
            Assert.Equal([i], await peer.TakeAsync(1));
            // Each look begins where a turn ended: together they are no longer than the time.
            Assert.InRange(loop.Polled, 0, Stopwatch.GetTimestamp() - started);
        }
        Assert.Equal(idle > 0, loop.Polled > 0);
        peer.Shutdown(SocketShutdown.Send);
        await echo.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        await connection.DisposeAsync();
        peer.Dispose();
    }

    [Fact]
    public async Task A_peer_that_takes_nothing_of_the_last_bytes_is_cut_off_in_the_end()
    {
        using var group = new LoopGroup(1, new RecordingLogger<SocketLoopTransport>());
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var time = new ManualTime(DateTimeOffset.UnixEpoch);
        var (connection, peer) = await ConnectAsync(listener, group.Loops[0], time);
        _ = connection.Transport.Output.WriteAsync(new byte[32 * 1024 * 1024], TestContext.Current.CancellationToken);
        var disposing = connection.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal((false, 1), (disposing.IsCompleted, time.ActiveTimers));
        await LoopServer.UntilAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(31));
            return disposing.IsCompleted;
        });
        await disposing;
        await peer.AssertIsResetAsync();
        peer.Dispose();
    }

    [Theory]
    [InlineData("ends")]
    [InlineData("closes")]
    [InlineData("resets")]
    public async Task What_the_peer_does_while_nobody_watches_is_seen_by_the_loop_that_gets_the_connection(string what)
    {
        using var hold = new LoopHold();
        var told = new TaskCompletionSource();
        var read = new TaskCompletionSource<string>();
        var next = 0;
        await using var server = new LoopServer(async connection =>
        {
            if (hold.IsHeld())
            {
                await hold.HoldAsync(connection);
                return;
            }
            connection.ConnectionClosed.Register(told.SetResult);
            var bytes = 0;
            var fault = await Record.ExceptionAsync(async () =>
            {
                while (await TakeAsync(connection) is > 0 and var count) bytes += count;
            });
            read.SetResult(fault is null ? $"{bytes}" : fault.GetType().Name);
        }, choose: group => group.Loops[next++]);
        // The loops leave the connections where the test has them.
        server.Group.Look(Stopwatch.GetTimestamp() + (3600 * Stopwatch.Frequency));
        using var peer = await server.ConnectAsync();
        await LoopServer.UntilAsync(() => server.Watched == 1);
        using var holding = await hold.BeginAsync(server);
        server.Group.Loops[0].GiveAll(() => server.Group.Loops[1]);
        await LoopServer.UntilAsync(() => server.Group.Loops[0].Count == 0);
        await peer.SendAllAsync(new byte[100_000]);
        if (what == "ends") peer.Shutdown(SocketShutdown.Send);
        else if (what == "closes") peer.Close();
        else peer.Reset();
        hold.End();
        Assert.Equal(what == "resets" ? nameof(ConnectionResetException) : "100000", await read.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
        await told.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        await server.StopAsync();
        Assert.Empty(server.Log.Lines);
    }

    [Fact]
    public async Task Who_sends_without_end_is_read_no_more_often_than_the_others()
    {
        const int Reads = 8, Bytes = 80 * SmallBlocks.Bytes;
        using var hold = new LoopHold();
        var over = new TaskCompletionSource();
        // Whose block was read, in the order of the loop's thread.
        var order = new List<int>();
        var peers = new Socket[2];
        var served = -1;
        await using var server = new LoopServer(async connection =>
        {
            if (hold.IsHeld())
            {
                await hold.HoldAsync(connection);
                return;
            }
            var number = Interlocked.Increment(ref served);
            for (var left = Bytes; left > 0;)
            {
                var bytes = await TakeAsync(connection);
                if (bytes == 0) return;
                order.Add(number);
                if (number == 1) left -= bytes;
                // There is always more of the first, and always news of it.
                else if (!over.Task.IsCompleted) peers[0].Send(new byte[bytes]);
            }
            over.SetResult();
        }, most: 1, blocks: new SmallBlocks());
        for (var i = 0; i < peers.Length; i++) peers[i] = await server.ConnectAsync();
        using var holding = await hold.BeginAsync(server);
        foreach (var peer in peers) await peer.SendAllAsync(new byte[Bytes]);
        hold.End();
        await over.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        foreach (var peer in peers) peer.Dispose();
        await server.StopAsync();
        Assert.Empty(server.Log.Lines);
        var (longest, run) = (0, 0);
        foreach (var number in order.Take(order.LastIndexOf(1)))
        {
            run = number == 0 ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        Assert.Equal((80, Reads), (order.Count(n => n == 1), longest));
    }

    private static async Task<int> TakeAsync(ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync();
        var bytes = (int)read.Buffer.Length;
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private static async Task<(SocketConnection Connection, Socket Peer)> ConnectAsync(Socket listener, SocketLoop loop, TimeProvider time)
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(listener.LocalEndPoint!, TestContext.Current.CancellationToken);
        var connection = new SocketConnection(await listener.AcceptAsync(TestContext.Current.CancellationToken), new TransportBlocks(), loop, time);
        connection.Start();
        return (connection, peer);
    }

    private static async Task TalkAsync(LoopServer server, int seed)
    {
        var random = new Random(seed);
        using var peer = await server.ConnectAsync();
        for (var i = 0; i < 40; i++)
        {
            var sent = PeerSocket.Bytes(random.Next(1, i % 8 == 0 ? 700_000 : 20_000), random.Next());
            var sending = peer.SendAllAsync(sent);
            Move(server.Group.Loops, random);
            var taken = await peer.TakeAsync(sent.Length);
            Assert.True(sent.AsSpan().SequenceEqual(taken), $"seed {seed}: round {i} differs");
            await sending;
        }
    }

    // While this connection's bytes and the others' are on their way.
    private static void Move(IReadOnlyList<SocketLoop> loops, Random random)
    {
        var from = random.Next(loops.Count);
        var to = loops[(from + random.Next(1, loops.Count)) % loops.Count];
        if (random.Next(2) == 0) loops[from].GiveAll(() => to);
        else loops[from].Give(to, 0.5, core => core == 1);
    }

    // Little is read at a time: many turns of few bytes.
    private sealed class SmallBlocks : MemoryPool<byte>
    {
        public const int Bytes = 512;

        public override int MaxBufferSize => Bytes;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1) => new Owner();

        protected override void Dispose(bool disposing)
        {
        }

        private sealed class Owner : IMemoryOwner<byte>
        {
            public Memory<byte> Memory { get; } = new byte[Bytes];

            public void Dispose()
            {
            }
        }
    }

    // Goes on where it is called, on the loop's thread, and not in a task that would take its exception.
    private static Task FailAsync(ConnectionContext connection, TaskCompletionSource waits)
    {
        connection.Transport.Input.ReadAsync().GetAwaiter().UnsafeOnCompleted(() => throw new InvalidOperationException("of the test"));
        var closed = new TaskCompletionSource();
        connection.ConnectionClosed.Register(closed.SetResult);
        waits.SetResult();
        return closed.Task;
    }
}
