// Hot path: the part of a stream that every call has.

namespace Appliance.Http2.Streams;

/// <summary>
/// One stream, from its HEADERS to the end of its answer. The connection's reader alone receives for it; sending is guarded by the
/// gate of the connection's output.
/// </summary>
public abstract class Http2Stream
{
    /// <summary>Bytes that the caller may still send; those read and not yet granted anew. Interlocked.</summary>
    internal int ReceiveWindow, Uncredited;

    // Reader's alone.
    internal bool RemoteEnded;
    internal long DeclaredLength;
    internal long ReceivedLength;

    /// <summary>Bytes of the body that count as unfinished.</summary>
    internal long Held;

    /// <summary>Seconds for which the caller could have sent more of the body and had not sent the end of it. Reader's alone.</summary>
    internal int BodySeconds;

    /// <summary>The connection's tick at which the caller last moved this stream on.</summary>
    internal int ProgressTick;

    // Guarded by the gate.
    internal int SendWindow;

    /// <summary>Counts against the number of streams that the peer may have open.</summary>
    internal bool IsOpen;

    /// <summary>The call is over; the connection no longer knows the stream.</summary>
    internal bool Ended;

    /// <summary>Nothing more may be sent: reset by either side, or the connection is gone.</summary>
    internal bool Closed;

    /// <summary>What the peer's windows did not let through yet, and whether the stream's trailers follow it.</summary>
    internal byte[]? Pending;
    internal int PendingAt;
    internal int PendingEnd;
    internal bool EndsAfterPending;
    internal bool WaitsForConnection;

    internal int Id { get; private set; }
    internal Http2Connection Connection { get; private set; } = null!;

    /// <summary>The body is not whole, and its caller is held to a time for it. Reader's alone.</summary>
    internal virtual bool AwaitsBody => !RemoteEnded;

    internal int PendingBytes => PendingEnd - PendingAt;

    /// <summary>The stream is known to the connection; its body, where it has none, is already over.</summary>
    internal virtual void Opened()
    {
    }

    /// <summary>Takes bytes of the body; the windows have been charged.</summary>
    internal abstract void Receive(ReadOnlySpan<byte> data);

    /// <summary>The caller has sent all of its body.</summary>
    internal abstract void ReceivedAll();

    /// <summary>The caller or the connection is gone; <see cref="Closed"/> is set. The gate is held: nothing that calls back, nothing long.</summary>
    internal abstract void Abandoned();

    /// <summary>All that was pending is sent, the trailers too where they follow. The gate is held.</summary>
    internal abstract void PendingSent();

    /// <summary>Writes the frame that ends the stream. The gate is held.</summary>
    internal abstract void WriteTrailers();

    internal void Open(Http2Connection connection, int id, int sendWindow, int receiveWindow, int tick)
    {
        Connection = connection;
        Id = id;
        SendWindow = sendWindow;
        ReceiveWindow = receiveWindow;
        ProgressTick = tick;
        RemoteEnded = Ended = Closed = EndsAfterPending = WaitsForConnection = false;
        IsOpen = true;
        Uncredited = 0;
        DeclaredLength = -1;
        ReceivedLength = 0;
        Held = 0;
        BodySeconds = 0;
    }

    /// <summary>Drops what is pending and returns its memory. The gate is held.</summary>
    internal void DropPending()
    {
        if (Pending is not null) Connection.Memory.Return(Pending);
        Pending = null;
        PendingAt = PendingEnd = 0;
    }
}
