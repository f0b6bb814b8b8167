// Hot path: sends a connection's bytes.
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace Appliance.Http2.Sockets;

internal sealed partial class SocketConnection
{
    // So long may the peer take nothing of what is left to send when the connection is disposed of. 30 s, as in a call: ConnectionLimits.StallTimeout.
    private static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);

    private readonly SocketRoom _room = new();
    private Task _sending = Task.CompletedTask;

    private async Task SendAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                var read = await _output.Reader.ReadAsync();
                if (read.IsCanceled) break;
                foreach (var piece in read.Buffer)
                {
                    var rest = piece;
                    while (!TrySend(ref rest, out var room)) await room;
                }
                _output.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }
        }
        catch (SocketException e)
        {
            error = Reset(e.SocketErrorCode);
        }
        catch (ObjectDisposedException) when (_isClosing)
        {
            // The reason is known.
        }
        catch (Exception e)
        {
            // Whoever writes has failed: the peer must not take what it has for the whole.
            error = e;
        }
        Close(error);
        // Without the error, as Kestrel's transport: its writers look whether it is complete, and expect no exception.
        _output.Reader.Complete();
    }

    // What was written last is on its way when its writer has gone.
    private async Task SentAsync()
    {
        while (true)
        {
            var seen = _room.Seen;
            try
            {
                await _sending.WaitAsync(StallTimeout, _time);
                return;
            }
            catch (TimeoutException)
            {
                if (seen == _room.Seen) Abort(new ConnectionAbortedException("The peer does not take what it is sent."));
            }
        }
    }

    // False: the peer takes no more until the task has completed.
    private bool TrySend(ref ReadOnlyMemory<byte> rest, out Task room)
    {
        room = Task.CompletedTask;
        while (!rest.IsEmpty)
        {
            var seen = _room.Seen;
            var sent = _socket.Send(rest.Span, SocketFlags.None, out var error);
            if (error == SocketError.Success)
            {
                rest = rest[sent..];
                continue;
            }
            if (error != SocketError.WouldBlock) throw new SocketException((int)error);
            room = _room.SinceAsync(seen);
            // Looked at now: whoever closes says so first, and then that there is room.
            ObjectDisposedException.ThrowIf(_isClosing, this);
            return false;
        }
        return true;
    }
}
