namespace Appliance.Http2;

/// <summary>Counts the bytes of unary messages that are not whole yet, over all connections of a server. Thread-safe.</summary>
internal sealed class UnfinishedBodies
{
    private long _bytes;

    /// <summary>Adds bytes; takes off what is negative. Returns all there are.</summary>
    public long Add(long bytes) => Interlocked.Add(ref _bytes, bytes);
}
