// Hot path: every event of a backfill is looked up here, and every record of the journal behind the view's start is read once.
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;

namespace Appliance.Features.Backfill;

/// <summary>
/// The ids of the events that a view has: those of its source that the stream has brought since the view's start, and those of its history, by the ids that
/// they have in the stream. Reads the journal itself, so it is exact however often a backfill was interrupted. Owned by one backfill.
/// </summary>
internal sealed class BackfillIds : IDisposable
{
    private readonly HashSet<EventId> _ids = [];
    private readonly ServedView _view;
    private readonly byte[] _source;
    private readonly int _most;
    private readonly JournalReader _reader;
    private bool _isCaughtUp;

    public BackfillIds(FeatureJournal journal, ServedView view, long start, int most)
    {
        (_view, _most) = (view, most);
        _source = System.Text.Encoding.UTF8.GetBytes(view.Source);
        _reader = journal.ReadFrom(start);
    }

    /// <summary>Up to where the journal has been read: the ids of everything durable before it are there.</summary>
    public long Known => _reader.Position;

    /// <summary>Whether there are more ids than are kept.</summary>
    public bool IsFull => _ids.Count > _most;

    public void Add(in EventId id) => _ids.Add(id);

    public bool Contains(in EventId id) => _ids.Contains(id);

    /// <summary>Reads what has become durable in the journal; null, or why the backfill must end.</summary>
    public BackfillStep? CatchUp(CancellationToken cancellation)
    {
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            switch (_reader.Read())
            {
                case JournalReadOutcome.Records when !TryTakeBatch():
                    return TooMany();
                case JournalReadOutcome.Records or JournalReadOutcome.Damaged:
                    break;
                case JournalReadOutcome.CaughtUp:
                    _isCaughtUp = true;
                    return null;
                case JournalReadOutcome.Closed:
                    return BackfillStep.Ended(BackfillOutcome.Unavailable, "the appliance is stopping; run the backfill again once it is back");
                default:
                    return BackfillStep.Ended(BackfillOutcome.NotPossible, $"the journal no longer has position {_reader.Position}, so what feature view '{_view.Name}' has cannot be told");
            }
        }
    }

    public BackfillStep TooMany() => BackfillStep.Ended(
        BackfillOutcome.TooMany,
        $"feature view '{_view.Name}' has, with this history, more than the {_most} events that a backfill compares with ({FeatureOptions.Section}:Backfill:MaxIds, some 40 bytes of memory each)");

    public void Dispose() => _reader.Dispose();

    // False where there are more ids than are kept.
    private bool TryTakeBatch()
    {
        foreach (var entry in _reader.Batch)
        {
            if (!entry.TryGetRecord(out var record) || !record.Source.SequenceEqual(_source) || record.IsRow) continue;
            // The history that comes while the backfill runs is its own.
            if (record.IsHistory && (_isCaughtUp || record.HistoryView != _view.Number)) continue;
            _ids.Add(record.StreamId());
            if (IsFull) return false;
        }
        return true;
    }
}
