// Hot path: two writes an event; readers come only with a sample.
namespace Appliance.Features.Ingest;

/// <summary>
/// How far the one writer has come, for readers that want to say what they read. <see cref="Completed"/> is taken before a read and <see cref="Started"/>
/// after: every event before the one is in the rows that were read, and none from the other on. Written by the loop alone.
/// </summary>
public sealed class StreamProgress
{
    private long _started;
    private long _completed;
    private volatile TakenUp[] _takenUp = [];

    /// <param name="position">Before it, the store has everything.</param>
    public StreamProgress(long position) => Begin(position);

    /// <summary>The position from which on no event has changed a row yet.</summary>
    public long Started
    {
        get
        {
            // The rows were read before this is.
            Interlocked.MemoryBarrier();
            return Volatile.Read(ref _started);
        }
    }

    /// <summary>The position before which every event is in the rows.</summary>
    public long Completed => Volatile.Read(ref _completed);

    /// <summary>The first position whose event was applied by the definitions of that revision, or later ones, in this process; -1 where none was yet.</summary>
    public long TakenUpAt(long revision)
    {
        // Definitions only get newer.
        var taken = _takenUp;
        var at = Array.FindIndex(taken, t => t.Revision >= revision);
        return at < 0 ? -1 : taken[at].Position;
    }

    internal void Begin(long position)
    {
        Volatile.Write(ref _started, position);
        Volatile.Write(ref _completed, position);
    }

    /// <summary>An event is about to change rows; the position is that behind it.</summary>
    internal void Start(long next)
    {
        Volatile.Write(ref _started, next);
        // A row's change is a write behind its own barrier; this one keeps it behind the position.
        Volatile.WriteBarrier();
    }

    /// <summary>It has.</summary>
    internal void Complete(long next) => Volatile.Write(ref _completed, next);

    /// <summary>From that position on, events are applied by the definitions of that revision.</summary>
    internal void TakeUp(long revision, long position)
    {
        if (_takenUp is [.., var last] && last.Revision >= revision) return;
        _takenUp = [.. _takenUp, new TakenUp(revision, position)];
    }

    private sealed record TakenUp(long Revision, long Position);
}
