using System.Net.Sockets;

namespace Appliance.Http2.Tests.Sockets;

/// <summary>The other end of a connection.</summary>
internal static class PeerSocket
{
    public static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task SendAllAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, TestContext.Current.CancellationToken)..];
    }

    /// <summary>Reads as many bytes, in pieces of at most so many.</summary>
    public static async Task<byte[]> TakeAsync(this Socket socket, int count, int piece = 64 * 1024)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var read = await socket.ReceiveAsync(bytes.AsMemory(at, Math.Min(piece, count - at)), TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopServer.Patience);
            Assert.True(read > 0, $"the connection ends behind {at} of {count} bytes");
            at += read;
        }
        return bytes;
    }

    public static async Task AssertEndsAsync(this Socket socket) => Assert.Equal(0, await socket.ReceiveAsync(new byte[1], TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopServer.Patience));

    public static async Task AssertIsResetAsync(this Socket socket)
    {
        var error = await Assert.ThrowsAsync<SocketException>(async () =>
        {
            while (await socket.ReceiveAsync(new byte[64 * 1024], TestContext.Current.CancellationToken).AsTask().WaitAsync(LoopServer.Patience) > 0) continue;
        });
        Assert.Equal(SocketError.ConnectionReset, error.SocketErrorCode);
    }

    public static void Reset(this Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
