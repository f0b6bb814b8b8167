namespace Appliance.Inference.Batching;

/// <summary>When a request passed each point, in <see cref="TimeProvider.GetTimestamp"/> units; 0 where it never came.</summary>
public struct RequestTimings
{
    /// <summary>The transport had the whole request.</summary>
    public long Received;

    /// <summary>Not a point but a duration: how much of the time until it was queued went into reading features; at least 1 where any were read.</summary>
    public long Features;

    /// <summary>Decoded, bound and handed to the batcher.</summary>
    public long Queued;

    /// <summary>Taken into a batch.</summary>
    public long Taken;

    /// <summary>The batch's inputs were in place.</summary>
    public long InputReady;

    /// <summary>The runtime returned.</summary>
    public long Inferred;

    /// <summary>The answer was in the entry's result memory.</summary>
    public long OutputReady;
}
