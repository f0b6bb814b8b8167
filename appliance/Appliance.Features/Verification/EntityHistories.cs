using FeatureModel.Events;
using FeatureModel.PointInTime;

namespace Appliance.Features.Verification;

/// <summary>The events of sampled entities by the key of their row in a view. Used by one run; not thread-safe.</summary>
internal sealed class EntityHistories(int mostEvents)
{
    private readonly Dictionary<UInt128, EntityHistory> _histories = [];
    private readonly HashSet<(UInt128 Row, EventId Id)> _backfilled = [];
    private int _kept;

    /// <summary>Whether events were left out for want of room.</summary>
    public bool IsFull { get; private set; }

    /// <summary>Keeps the events of that row from now on.</summary>
    public void Want(UInt128 row) => _histories.TryAdd(row, new EntityHistory());

    public bool IsWanted(UInt128 row) => _histories.ContainsKey(row);

    public void Add(UInt128 row, HistoryEvent one)
    {
        if (HasRoom()) _histories[row].Events.Add(one);
    }

    public void AddRefused(UInt128 row, RefusedEvent one)
    {
        if (HasRoom()) _histories[row].Refused.Add(one);
    }

    /// <summary>Keeps an event that was brought in as history, and its id in the stream: there it does not count once more.</summary>
    public void AddHistory(UInt128 row, HistoryEvent one, EventId streamId)
    {
        Add(row, one);
        if (IsFull) return;
        _backfilled.Add((row, streamId));
    }

    public bool CameAsHistory(UInt128 row, EventId id) => _backfilled.Contains((row, id));

    public EntityHistory Of(UInt128 row) => _histories[row];

    private bool HasRoom()
    {
        if (_kept == mostEvents) IsFull = true;
        else _kept++;
        return !IsFull;
    }
}
