namespace Appliance.Http2;

/// <summary>What one connection may take of the server.</summary>
public sealed class ConnectionLimits
{
    /// <summary>Streams open at once on one connection. 1024: a connection of a gateway carries many callers, who would queue unseen in front of a smaller number.</summary>
    public int MaxStreams { get; set; } = 1024;

    /// <summary>Bytes that a connection may have sent and nobody has read yet.</summary>
    public int ConnectionWindow { get; set; } = 8 * 1024 * 1024;

    /// <summary>The same of one stream.</summary>
    public int StreamWindow { get; set; } = 1024 * 1024;

    /// <summary>Bytes of a request's headers, counted as RFC 9113, 6.5.2 does. 32 KiB, as Kestrel allows.</summary>
    public int MaxHeaderBytes { get; set; } = 32 * 1024;

    /// <summary>
    /// Bytes of unary messages that are not whole yet, of one connection; beyond it their streams are refused, all but one. 64 MiB: as many as
    /// the largest message that is taken by default.
    /// </summary>
    public long MaxUnfinishedBytes { get; set; } = 64L << 20;

    /// <summary>The same of all connections together.</summary>
    public long MaxUnfinishedBytesInAll { get; set; } = 512L << 20;

    /// <summary>A connection without an open stream is closed after this. 130 s, as Kestrel does.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(130);

    /// <summary>So long may a caller let a begun preface, header block or body, or the reading of what was sent to it, rest. 30 s, as Kestrel grants for headers.</summary>
    public TimeSpan StallTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Bytes of a body in a second, on the average over the time after the first <see cref="StallTimeout"/>. 240, as Kestrel asks for. Streams of messages
    /// are exempt from both.
    /// </summary>
    public int MinBodyBytesPerSecond { get; set; } = 240;
}
