using System.Net;
using System.Net.Sockets;
using Appliance.Http2.Sockets;
using TestKit;

namespace Appliance.Http2.Tests.Sockets;

public sealed class EpollTests
{
    [Fact]
    public void Another_thread_ends_the_wait_as_often_as_it_likes()
    {
        using var epoll = new Epoll();
        for (var i = 0; i < 100; i++)
        {
            var waking = new Thread(epoll.Wake);
            waking.Start();
            Assert.Equal([Epoll.WakeUp], Wait(epoll, forever: true).Select(e => e.Key));
            waking.Join();
        }
        Assert.Empty(Wait(epoll));
    }

    [Fact]
    public void To_be_woken_before_the_wait_ends_it_at_once()
    {
        using var epoll = new Epoll();
        epoll.Wake();
        epoll.Wake();
        Assert.Single(Wait(epoll, forever: true));
        Assert.Empty(Wait(epoll));
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    [InlineData(0x8000_0000_7FFF_FFFFUL)]
    [InlineData(ulong.MaxValue - 1)]
    public void What_changes_is_reported_once_under_the_sockets_key(ulong key)
    {
        using var epoll = new Epoll();
        var (near, far) = Pair();
        using (near)
        using (far)
        {
            epoll.Watch(near.SafeHandle, key);
            Assert.Equal([(key, Epoll.Writable)], Wait(epoll));
            Assert.Empty(Wait(epoll));
            far.Send([1]);
            Assert.Equal([(key, Epoll.Readable | Epoll.Writable)], Wait(epoll, forever: true));
            // Not read, and nothing new.
            Assert.Empty(Wait(epoll));
            far.Shutdown(SocketShutdown.Send);
            Assert.Equal([(key, Epoll.Readable | Epoll.Writable | Epoll.PeerEnded)], Wait(epoll, forever: true));
            epoll.Forget(near.SafeHandle);
            far.Close(0);
            Assert.Empty(Wait(epoll));
        }
    }

    [Fact]
    public void More_events_than_one_wait_returns_come_with_the_next()
    {
        using var epoll = new Epoll();
        var pairs = Enumerable.Range(0, 100).Select(_ => Pair()).ToArray();
        for (var i = 0; i < pairs.Length; i++) epoll.Watch(pairs[i].Near.SafeHandle, (ulong)i);
        var keys = new List<ulong>();
        while (Wait(epoll) is { Count: > 0 } events) keys.AddRange(events.Select(e => e.Key));
        Assert.Equal(Enumerable.Range(0, pairs.Length).Select(i => (ulong)i), keys.Order());
        foreach (var (near, far) in pairs)
        {
            near.Dispose();
            far.Dispose();
        }
    }

    [Fact]
    public void Who_wakes_it_too_late_writes_nowhere()
    {
        var epoll = new Epoll();
        epoll.Dispose();
        using var file = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        epoll.Wake();
        Assert.Equal(0, file.Length);
    }

    [Fact]
    public void To_dispose_of_it_twice_closes_nothing_of_others()
    {
        var epoll = new Epoll();
        epoll.Dispose();
        using var files = new TemporaryFolder();
        // Get the numbers that have become free.
        var opened = Enumerable.Range(0, 8).Select(i => File.Create(Path.Combine(files.Path, $"{i}"), 1)).ToList();
        epoll.Dispose();
        foreach (var file in opened)
        {
            file.WriteByte(1);
            file.Dispose();
        }
    }

    private static List<(ulong Key, uint Changes)> Wait(Epoll epoll, bool forever = false) => [.. Enumerable.Range(0, epoll.Wait(forever)).Select(i => epoll[i])];

    private static (Socket Near, Socket Far) Pair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var far = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        far.Connect(listener.LocalEndPoint!);
        return (listener.Accept(), far);
    }
}
