using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class SocketListenerTests : IDisposable
{
    private const int NobodyAccepted = 4004;

    private readonly RecordingLogger<SocketLoopTransport> _log = new();
    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);
    private readonly LoopGroup _group;
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly SocketListener _listener;

    // What accepting fails with, one after the other, before it is done.
    private readonly Queue<Exception> _failures = new();
    private int _tries;

    public SocketListenerTests()
    {
        _group = new LoopGroup(1, _log);
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen();
        _listener = new SocketListener(_socket, new TransportBlocks(), _group.Choose, _log)
        {
            Accept = cancellation =>
            {
                _tries++;
                return _failures.TryDequeue(out var failure) ? ValueTask.FromException<Socket>(failure) : _socket.AcceptAsync(cancellation);
            },
            Time = _time,
        };
    }

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets)]
    [InlineData(SocketError.NoBufferSpaceAvailable)]
    [InlineData(SocketError.InvalidArgument)]
    public async Task Where_nobody_can_be_accepted_that_is_tried_again_ten_times_a_second_and_said_once_a_minute(SocketError error)
    {
        for (var i = 0; i < 601; i++) _failures.Enqueue(new SocketException((int)error));
        var accepting = _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        for (var i = 1; i <= 600; i++)
        {
            Assert.Equal((i, 1, 1), (_tries, _time.ActiveTimers, _log.Count(NobodyAccepted)));
            _time.Advance(TimeSpan.FromMilliseconds(99));
            Assert.Equal(i, _tries);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await LoopServer.UntilAsync(() => _tries == i + 1 && _time.ActiveTimers == 1);
        }
        Assert.Equal(2, _log.Count(NobodyAccepted));
        using var peer = await ConnectAsync();
        _time.Advance(TimeSpan.FromMilliseconds(100));
        await using var connection = await accepting.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken);
        Assert.Equal(((IPEndPoint)peer.LocalEndPoint!).Port, ((IPEndPoint)connection!.RemoteEndPoint!).Port);
    }

    [Theory]
    [InlineData(SocketError.ConnectionAborted)]
    [InlineData(SocketError.ConnectionReset)]
    [InlineData(SocketError.HostUnreachable)]
    [InlineData(SocketError.AccessDenied)]
    public async Task Who_has_gone_before_holds_nobody_up(SocketError error)
    {
        for (var i = 0; i < 3; i++) _failures.Enqueue(new SocketException((int)error));
        using var peer = await ConnectAsync();
        await using var connection = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        Assert.Equal((4, 0), (_tries, _log.Lines.Count));
    }

    [Fact]
    public async Task A_listener_that_ends_while_it_waits_for_descriptors_tells_who_accepts()
    {
        _failures.Enqueue(new SocketException((int)SocketError.TooManyOpenSockets));
        var accepting = _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await _listener.UnbindAsync(TestContext.Current.CancellationToken);
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.Null(await accepting.WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
    }

    // accept(2) on a socket that was shut down a moment before.
    [Fact]
    public async Task What_accepting_fails_with_because_it_was_ended_is_no_fault()
    {
        await _listener.UnbindAsync(TestContext.Current.CancellationToken);
        _failures.Enqueue(new SocketException((int)SocketError.InvalidArgument));
        Assert.Null(await _listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopServer.Patience, TestContext.Current.CancellationToken));
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task Whoever_resets_before_it_is_accepted_is_accepted_and_ends_and_the_next_is_served()
    {
        (await ConnectAsync()).Reset();
        using var next = await ConnectAsync();
        for (var port = 0; port != ((IPEndPoint)next.LocalEndPoint!).Port;)
        {
            await using var connection = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
            port = ((IPEndPoint)connection!.RemoteEndPoint!).Port;
        }
        Assert.Empty(_log.Lines);
        Assert.Equal((0, 0), (_group.Loops[0].Assigned, _group.Loops[0].Count));
    }

    public void Dispose()
    {
        _socket.Dispose();
        _group.Dispose();
    }

    private async Task<Socket> ConnectAsync()
    {
        var peer = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(_listener.EndPoint, TestContext.Current.CancellationToken);
        return peer;
    }
}
