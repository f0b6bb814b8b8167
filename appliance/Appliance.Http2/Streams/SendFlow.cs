// Hot path: the windows that the peer grants.
using Appliance.Http2.Frames;

namespace Appliance.Http2.Streams;

/// <summary>
/// Sends message bytes as far as the peer's windows and the output's room allow and keeps the rest until there is more: RFC 9113, 5.2
/// and 6.9. The gate of the output is held in every method.
/// </summary>
internal sealed class SendFlow
{
    private readonly ConnectionOutput _output;

    // Streams that could send, for the connection's window or the output's room.
    private readonly Queue<Http2Stream> _waiting = new();

    public SendFlow(ConnectionOutput output)
    {
        _output = output;
        output.OnEmptied(SendWaiting);
    }

    /// <summary>The window of a new stream.</summary>
    public int InitialStreamWindow { get; private set; } = 65535;

    public int ConnectionWindow { get; private set; } = 65535;

    /// <summary>Whether a message of so many bytes may go out now, in one frame; if so, it has been charged.</summary>
    public bool TryCharge(Http2Stream stream, int bytes)
    {
        if (bytes > FrameHeader.MaxPayload || bytes > ConnectionWindow || bytes > stream.SendWindow || stream.Pending is not null) return false;
        ConnectionWindow -= bytes;
        stream.SendWindow -= bytes;
        return true;
    }

    /// <summary>Whether the peer's windows would let the stream send more of what it has pending.</summary>
    public bool IsOpenTo(Http2Stream stream) => stream.Pending is not null && stream.SendWindow > 0 && ConnectionWindow > 0;

    /// <summary>Sends what the stream has pending as far as the windows and the output allow.</summary>
    public void Send(Http2Stream stream)
    {
        var at = stream.PendingAt;
        var open = Math.Min(stream.PendingBytes, Math.Min(ConnectionWindow, stream.SendWindow));
        if (open > FrameHeader.MaxPayload) _output.Expect(open + (FrameHeader.Size * (1 + (open / FrameHeader.MaxPayload))));
        while (stream.PendingBytes > 0)
        {
            var bytes = Math.Min(Math.Min(stream.PendingBytes, FrameHeader.MaxPayload), Math.Min(ConnectionWindow, stream.SendWindow));
            // What fills the output is flushed by whoever wrote it, and the rest follows then.
            if (bytes <= 0 || _output.HasPlenty)
            {
                if (stream.SendWindow > 0 && !stream.WaitsForConnection)
                {
                    stream.WaitsForConnection = true;
                    _waiting.Enqueue(stream);
                }
                break;
            }
            var frame = _output.Reserve(FrameHeader.Size + bytes);
            FrameHeader.Write(frame, bytes, FrameType.Data, FrameFlags.None, stream.Id);
            stream.Pending.AsSpan(stream.PendingAt, bytes).CopyTo(frame[FrameHeader.Size..]);
            _output.Commit(frame.Length);
            stream.PendingAt += bytes;
            ConnectionWindow -= bytes;
            stream.SendWindow -= bytes;
        }
        if (stream.PendingAt != at) stream.ProgressTick = stream.Connection.Tick;
        if (stream.PendingBytes > 0) return;
        if (stream.EndsAfterPending) stream.WriteTrailers();
        stream.DropPending();
        stream.PendingSent();
    }

    /// <summary>The peer opens the connection's window. False: beyond what there is.</summary>
    public bool TryOpen(int increment)
    {
        if (increment > int.MaxValue - ConnectionWindow) return false;
        ConnectionWindow += increment;
        SendWaiting();
        return true;
    }

    /// <summary>The peer opens a stream's window. False: beyond what there is.</summary>
    public bool TryOpen(Http2Stream stream, int increment)
    {
        if (increment > (long)int.MaxValue - stream.SendWindow) return false;
        stream.SendWindow += increment;
        if (stream.Pending is not null) Send(stream);
        return true;
    }

    /// <summary>The peer changes the window that streams begin with; those open already move by the difference. False: one of them would pass what there is.</summary>
    public bool TryChangeInitial(int window, IEnumerable<Http2Stream> open)
    {
        var change = (long)window - InitialStreamWindow;
        InitialStreamWindow = window;
        foreach (var stream in open)
        {
            if (stream.SendWindow + change > int.MaxValue) return false;
            stream.SendWindow = (int)(stream.SendWindow + change);
            if (stream.Pending is not null) Send(stream);
        }
        return true;
    }

    // Those that are still short afterwards queue again behind the others.
    private void SendWaiting()
    {
        for (var left = _waiting.Count; left > 0 && ConnectionWindow > 0 && !_output.HasPlenty; left--)
        {
            var stream = _waiting.Dequeue();
            stream.WaitsForConnection = false;
            if (!stream.Closed && stream.Pending is not null) Send(stream);
        }
    }

    /// <summary>The stream sends nothing more.</summary>
    public void Forget(Http2Stream stream)
    {
        stream.DropPending();
        if (!stream.WaitsForConnection) return;
        stream.WaitsForConnection = false;
        for (var left = _waiting.Count; left > 0; left--)
        {
            var other = _waiting.Dequeue();
            if (other != stream) _waiting.Enqueue(other);
        }
    }
}
