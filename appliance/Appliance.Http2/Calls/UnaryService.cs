using System.Buffers;

namespace Appliance.Http2.Calls;

/// <summary>
/// Unary gRPC calls that are taken before any request object, header dictionary or task is made for them. Thread-safe.
/// </summary>
public abstract class UnaryService
{
    /// <summary>Whether calls of this path are taken here.</summary>
    public abstract bool Serves(ReadOnlySpan<byte> path);

    /// <summary>The service that takes calls of this path; null where they go another way.</summary>
    public virtual UnaryService? Find(ReadOnlySpan<byte> path) => Serves(path) ? this : null;

    /// <summary>Whether the service's calls are told what their callers say of traces.</summary>
    public virtual bool ReadsTraces => false;

    /// <summary>Where bodies and answers of more than a few KiB lie.</summary>
    public virtual ArrayPool<byte> Memory => ArrayPool<byte>.Shared;

    /// <summary>What one connection's calls share. Its members are only called by the connection's reader.</summary>
    public abstract UnaryCalls Open();
}
