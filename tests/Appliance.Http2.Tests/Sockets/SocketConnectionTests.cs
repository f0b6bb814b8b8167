using System.Buffers;
using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Tests.Sockets;

public sealed class SocketConnectionTests
{
    private const int Block = 32 * 1024;

    [Fact]
    public async Task Many_bytes_come_back_to_a_peer_that_does_not_read_at_first_and_do_not_lie_in_memory()
    {
        await using var server = new LoopServer(LoopServer.EchoAsync);
        using var peer = await server.ConnectAsync();
        var sent = PeerSocket.Bytes(8 * 1024 * 1024, 1);
        var sending = peer.SendAllAsync(sent);
        // 1 MiB waits for the reader, who waits for the peer to take what he has answered.
        await LoopServer.UntilAsync(() => server.Memory.Most >= 1024 * 1024 / Block);
        Assert.Equal(sent, await peer.TakeAsync(sent.Length, 50_000));
        await sending;
        peer.Shutdown(SocketShutdown.Send);
        await peer.AssertEndsAsync();
        Assert.InRange(server.Memory.Most, 1024 * 1024 / Block, (2 * 1024 * 1024 / Block) + 8);
    }

    [Fact]
    public async Task A_reader_who_comes_late_gets_all()
    {
        var comes = new TaskCompletionSource();
        // More than waits for a reader, and as much as the system keeps besides: he comes when the peer is through and nothing new is reported.
        const int Sent = (1024 * 1024) + 40_000;
        var received = new TaskCompletionSource();
        await using var server = new LoopServer(async connection =>
        {
            await comes.Task;
            for (var count = 0L; count < Sent;) count += await TakeAsync(connection);
            received.SetResult();
        });
        using var peer = await server.ConnectAsync();
        await peer.SendAllAsync(new byte[Sent]);
        await LoopServer.UntilAsync(() => server.Memory.Out >= 1024 * 1024 / Block);
        comes.SetResult();
        await received.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task More_than_is_read_in_one_turn_is_read_in_the_next_without_another_word_of_the_system()
    {
        using var holds = new ManualResetEventSlim();
        var held = new TaskCompletionSource();
        var received = new TaskCompletionSource();
        var count = 0L;
        await using var server = new LoopServer(async connection =>
        {
            while (await TakeAsync(connection) is > 0 and var bytes)
            {
                if (!held.Task.IsCompleted)
                {
                    // On the loop's thread, which does nothing else meanwhile.
                    held.SetResult();
                    holds.Wait(LoopServer.Patience);
                }
                else if ((count += bytes) == 50_000)
                {
                    received.SetResult();
                }
            }
        }, most: 1, blocks: MemoryPool<byte>.Shared);
        using var holding = await server.ConnectAsync();
        using var peer = await server.ConnectAsync();
        await LoopServer.UntilAsync(() => server.Watched == 2);
        await holding.SendAllAsync(new byte[1]);
        await held.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        // Of blocks of 4 KiB, more than eight.
        await peer.SendAllAsync(new byte[50_000]);
        holds.Set();
        await received.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Block - 1)]
    [InlineData(Block)]
    [InlineData(8 * Block)]
    [InlineData((8 * Block) + 1)]
    [InlineData(1_500_000)]
    public async Task The_peers_end_is_seen_behind_its_last_byte_and_it_is_still_answered(int bytes)
    {
        var received = new TaskCompletionSource<byte[]>();
        await using var server = new LoopServer(async connection =>
        {
            var all = await ReadAllAsync(connection);
            received.SetResult(all);
            await connection.Transport.Output.WriteAsync(all);
        });
        using var peer = await server.ConnectAsync();
        var sent = PeerSocket.Bytes(bytes, bytes);
        await peer.SendAllAsync(sent);
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(sent, await received.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
        Assert.Equal(sent, await peer.TakeAsync(bytes));
        await peer.AssertEndsAsync();
    }

    [Fact]
    public async Task The_end_of_the_peer_is_told_to_who_does_not_read()
    {
        var told = new TaskCompletionSource();
        await using var server = new LoopServer(async connection =>
        {
            connection.ConnectionClosed.Register(told.SetResult);
            await told.Task;
        });
        var peer = await server.ConnectAsync();
        peer.Close();
        await told.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_peers_reset_is_a_fault_to_the_reader_and_the_end_to_who_sends()
    {
        var faults = new ConcurrentQueue<string>();
        var told = new TaskCompletionSource();
        var full = new TaskCompletionSource();
        await using var server = new LoopServer(async connection =>
        {
            connection.ConnectionClosed.Register(told.SetResult);
            var flush = connection.Transport.Output.WriteAsync(new byte[4 * 1024 * 1024]);
            full.SetResult();
            var reading = await Assert.ThrowsAnyAsync<ConnectionResetException>(() => ReadAllAsync(connection));
            faults.Enqueue($"{reading.GetType().Name}, flushed {(await flush).IsCompleted}");
        });
        var peer = await server.ConnectAsync();
        await peer.SendAllAsync(new byte[10]);
        await full.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        peer.Reset();
        await told.Task.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        await server.StopAsync();
        Assert.Equal(["ConnectionResetException, flushed True"], faults);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task To_abort_resets_the_peer_and_ends_the_reader_and_who_sends(bool isSending)
    {
        var ends = new ConcurrentQueue<string>();
        await using var server = new LoopServer(async connection =>
        {
            var flush = connection.Transport.Output.WriteAsync(new byte[isSending ? 4 * 1024 * 1024 : 100]);
            await TakeAsync(connection);
            connection.Abort(new ConnectionAbortedException("enough"));
            connection.Abort(new ConnectionAbortedException("twice"));
            var read = await Record.ExceptionAsync(async () => await ReadAllAsync(connection));
            ends.Enqueue($"{read?.Message}, flushed {(await flush).IsCompleted}");
        });
        using var peer = await server.ConnectAsync();
        await peer.SendAllAsync(new byte[1]);
        await peer.AssertIsResetAsync();
        await server.StopAsync();
        Assert.Equal([$"enough, flushed {isSending}"], ends);
    }

    [Fact]
    public async Task A_writer_that_fails_resets_the_peer_and_does_not_fail_the_end()
    {
        await using var server = new LoopServer(async connection =>
        {
            await TakeAsync(connection);
            connection.Transport.Output.Write("half"u8);
            await connection.Transport.Output.CompleteAsync(new InvalidOperationException("no more"));
        });
        using var peer = await server.ConnectAsync();
        await peer.SendAllAsync(new byte[1]);
        await peer.AssertIsResetAsync();
    }

    [Fact]
    public async Task What_was_written_last_reaches_a_peer_that_takes_it_slowly()
    {
        var bytes = PeerSocket.Bytes(4 * 1024 * 1024, 2);
        await using var server = new LoopServer(connection =>
        {
            _ = connection.Transport.Output.WriteAsync(bytes);
            return Task.CompletedTask;
        });
        using var peer = await server.ConnectAsync();
        Assert.Equal(bytes, await peer.TakeAsync(bytes.Length, 10_000));
        await peer.AssertEndsAsync();
    }

    [Fact]
    public async Task A_connection_at_rest_holds_no_memory()
    {
        await using var server = new LoopServer(LoopServer.EchoAsync);
        using var peer = await server.ConnectAsync();
        foreach (var bytes in new[] { 1, Block, 8 * Block, Block / 2 })
        {
            var sent = PeerSocket.Bytes(bytes, bytes);
            var sending = peer.SendAllAsync(sent);
            Assert.Equal(sent, await peer.TakeAsync(bytes));
            await sending;
            await LoopServer.UntilAsync(() => server.Memory.Out == 0);
        }
    }

    [Fact]
    public async Task Two_hundred_connections_at_once_are_each_answered_their_own()
    {
        await using var server = new LoopServer(LoopServer.EchoAsync, most: 3);
        await Task.WhenAll(Enumerable.Range(0, 200).Select(async seed =>
        {
            using var peer = await server.ConnectAsync();
            var sent = PeerSocket.Bytes(20_000 + (seed * 100), seed);
            var sending = peer.SendAllAsync(sent);
            Assert.Equal(sent, await peer.TakeAsync(sent.Length));
            await sending;
        }));
        await server.StopAsync();
        Assert.Equal((200, 200), (server.Connections.Count, server.Connections.Select(c => c.ConnectionId).Distinct().Count()));
        Assert.Empty(server.Log.Lines);
    }

    private static async Task<long> TakeAsync(ConnectionContext connection)
    {
        var read = await connection.Transport.Input.ReadAsync();
        var bytes = read.Buffer.Length;
        connection.Transport.Input.AdvanceTo(read.Buffer.End);
        return bytes;
    }

    private static async Task<byte[]> ReadAllAsync(ConnectionContext connection)
    {
        using var all = new MemoryStream();
        await connection.Transport.Input.CopyToAsync(all);
        return all.ToArray();
    }
}
