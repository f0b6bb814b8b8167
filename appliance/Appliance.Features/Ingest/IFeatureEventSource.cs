namespace Appliance.Features.Ingest;

/// <summary>
/// A stream of events in partitions, read from a position that the reader keeps. Events of one partition come in order and, from the same
/// position, always the same ones. Used by one thread.
/// </summary>
public interface IFeatureEventSource : IAsyncDisposable
{
    /// <summary>
    /// Starts reading behind what was applied; a partition without a position is read from its oldest event on. False where the disk refuses what must be
    /// written down first: then it is called again.
    /// </summary>
    /// <exception cref="EventSourceException">The stream cannot be read from there.</exception>
    ValueTask<bool> StartAsync(StreamPositions applied, CancellationToken cancellationToken);

    /// <summary>
    /// Waits for events and fills the page with those that are there; an empty page means that none came within a while, and the caller does
    /// what else is due. A page's memory is valid until the next call.
    /// </summary>
    /// <exception cref="EventSourceException">The source has failed for good; what was read before stays valid.</exception>
    ValueTask ReadAsync(EventPage page, CancellationToken cancellationToken);

    /// <summary>
    /// Makes durable what the source itself must remember of the events that were read, before a store checkpoint begins; false where that fails
    /// for now. A source that can be read again from any position remembers nothing.
    /// </summary>
    bool Flush() => true;

    /// <summary>Everything before these positions is in a durable store checkpoint: it may be committed to the broker, or cut away.</summary>
    void Checkpointed(StreamPositions applied);

    /// <summary>Events that are in the stream and have not been read, as far as known; -1 for unknown.</summary>
    long Lag { get; }
}
