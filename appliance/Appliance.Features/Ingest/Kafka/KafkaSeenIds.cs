// Hot path: every event is looked up and entered here.
using FeatureModel.Events;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// The newest event ids with the time of their message. Whether an event repeats another is decided by the two messages' times and their order
/// alone, never by the clock: reading the same messages again decides the same. Some 60 bytes an id; memory grows with use. Owned by one thread.
/// </summary>
/// <param name="capacity">Ids that are remembered.</param>
/// <param name="horizonMicros">How far apart two messages with one id may be to count as one event.</param>
internal sealed class KafkaSeenIds(int capacity, long horizonMicros)
{
    private readonly Dictionary<EventId, (long Time, long Entry)> _newest = [];
    private readonly Queue<EventId> _order = [];
    private long _entered;

    /// <summary>Enters an id; false where it repeats one that is remembered.</summary>
    public bool TryAdd(in EventId id, long time)
    {
        if (_newest.TryGetValue(id, out var seen) && Math.Abs(time - seen.Time) <= horizonMicros) return false;
        Enter(id, time);
        return true;
    }

    /// <summary>Enters an id of which is known that it was new.</summary>
    public void Enter(in EventId id, long time)
    {
        if (_order.Count == capacity) ForgetOldest();
        _order.Enqueue(id);
        _newest[id] = (time, _entered++);
    }

    private void ForgetOldest()
    {
        var entry = _entered - _order.Count;
        var id = _order.Dequeue();
        // One that came again behind the horizon is remembered by its later message.
        if (_newest.TryGetValue(id, out var seen) && seen.Entry == entry) _newest.Remove(id);
    }
}
