using System.Diagnostics.CodeAnalysis;
using FeatureModel.Events;

namespace Appliance.Features.Ingest.History;

/// <summary>
/// The ids of one view's history that the stream may still bring, by hours of their events' times, so that whole hours are forgotten. Some 60 bytes an id.
/// Owned by one thread; <see cref="Count"/> is for any.
/// </summary>
internal sealed class HistoryIds
{
    /// <summary>Grain of forgetting. 1 h: a day of lateness is 24 of them.</summary>
    private const long HourMicros = 3_600_000_000;

    private readonly HashSet<EventId> _ids = [];
    private readonly SortedDictionary<long, Hour> _hours = [];
    private int _count;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Where the first of the remembered stands in the journal; <see cref="long.MaxValue"/> where none is remembered.</summary>
    public long OldestPosition => _hours.Count == 0 ? long.MaxValue : _hours.Values.Min(h => h.OldestPosition);

    public bool Contains(in EventId id) => _ids.Contains(id);

    public void Add(in EventId id, long eventTime, long position)
    {
        if (!_ids.Add(id)) return;
        var number = Math.DivRem(eventTime, HourMicros, out var rest) - (rest < 0 ? 1 : 0);
        if (!_hours.TryGetValue(number, out var hour)) _hours.Add(number, hour = new Hour(position));
        hour.Ids.Add(id);
        Volatile.Write(ref _count, _ids.Count);
    }

    /// <summary>Forgets the hours that end before a moment.</summary>
    public void ForgetBefore(long eventTime)
    {
        while (TryOldest(out var number, out var hour) && (number + 1) * HourMicros <= eventTime)
        {
            foreach (var id in hour.Ids) _ids.Remove(id);
            _hours.Remove(number);
        }
        Volatile.Write(ref _count, _ids.Count);
    }

    private bool TryOldest(out long number, [NotNullWhen(true)] out Hour? hour)
    {
        foreach (var (key, value) in _hours)
        {
            (number, hour) = (key, value);
            return true;
        }
        (number, hour) = (0, null);
        return false;
    }

    // History is added in the journal's order, so the first of an hour is its oldest.
    private sealed record Hour(long OldestPosition)
    {
        public List<EventId> Ids { get; } = [];
    }
}
