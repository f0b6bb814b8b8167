using FeatureModel.Events;
using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>The events of sampled entities by the key of their row in a view. Used by one run; not thread-safe.</summary>
internal sealed class EntityHistories(int mostEvents)
{
    private readonly Dictionary<UInt128, List<HistoryEvent>> _histories = [];
    private readonly HashSet<(UInt128 Row, EventId Id)> _backfilled = [];
    private int _kept;

    /// <summary>Whether events were left out for want of room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Keeps the events of that row from now on.</summary>
    public void Want(UInt128 row) => _histories.TryAdd(row, []);

    public bool IsWanted(UInt128 row) => _histories.ContainsKey(row);

    public void Add(UInt128 row, HistoryEvent one)
    {
        if (_kept == mostEvents)
        {
            IsFull = true;
            return;
        }
        _kept++;
        _histories[row].Add(one);
    }

    /// <summary>Keeps an event that was brought in as history, and its id in the stream: there it does not count once more.</summary>
    public void AddHistory(UInt128 row, HistoryEvent one, EventId streamId)
    {
        Add(row, one);
        if (IsFull) return;
        _backfilled.Add((row, streamId));
    }

    public bool CameAsHistory(UInt128 row, EventId id) => _backfilled.Contains((row, id));

    /// <summary>In order of arrival.</summary>
    public IReadOnlyList<HistoryEvent> Of(UInt128 row) => _histories[row];
}
