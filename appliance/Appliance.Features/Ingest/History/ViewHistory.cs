using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel.Events;
using Microsoft.Extensions.Logging;
using EventId = FeatureModel.Events.EventId;

namespace Appliance.Features.Ingest.History;

/// <summary>
/// What keeps an event from counting twice in a view that has history: where the view begins to count the stream, and which events of history the
/// stream may still bring. An event that is further behind the newest of its source than the lateness allows is refused whatever it is, so only
/// those of history that are younger are remembered. Used by the ingest loop; <see cref="Starts"/> and <see cref="Remembered"/> by any thread.
/// </summary>
internal sealed partial class ViewHistory(ViewStarts starts, ILogger logger)
{
    // By view number. Replaced by the loop, never changed, as others look at it.
    private volatile Dictionary<uint, HistoryIds> _ids = [];
    private bool _isTold;

    public ViewStarts Starts => starts;

    /// <summary>Ids that are remembered of a view's history.</summary>
    public int Remembered(ServedView view) => _ids.TryGetValue(view.Number, out var ids) ? ids.Count : 0;

    /// <summary>Writes down where the views of a catalog begin that are new; false while the disk refuses: then the catalog must not be used yet.</summary>
    public bool TryAdopt(FeatureCatalog catalog, StreamPositions positions)
    {
        try
        {
            var begun = new List<uint>();
            starts.Adopt(catalog, positions.Next(JournalEventSource.Partition) ?? 0, begun);
            if (begun.Exists(_ids.ContainsKey)) _ids = _ids.Where(i => !begun.Contains(i.Key)).ToDictionary();
            _isTold = false;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isTold) Log.NotAdopted(logger, catalog.Revision, e.Message);
            _isTold = true;
            return false;
        }
    }

    /// <summary>Whether an event of the stream counts for the view: it stands behind the view's start and did not come as history.</summary>
    public bool TakesFromStream(ServedView view, long position, in EventId id) =>
        starts.Counts(view, position) && (_ids.Count == 0 || !_ids.TryGetValue(view.Number, out var ids) || !ids.Contains(id));

    /// <summary>Keeps the id of an event that was applied as history.</summary>
    /// <param name="horizon">The oldest event time that the stream may still bring.</param>
    public void Remember(uint view, EventRecord record, long position, long horizon)
    {
        if (record.EventTime < horizon) return;
        if (!_ids.TryGetValue(view, out var ids)) _ids = new Dictionary<uint, HistoryIds>(_ids) { [view] = ids = new HistoryIds() };
        ids.Add(record.StreamId(), record.EventTime, position);
    }

    /// <summary>Forgets what the stream can no longer bring, and notes in the positions from where on the rest must be read again after a start.</summary>
    public void Note(FeatureCatalog catalog, StreamPositions positions)
    {
        var kept = new Dictionary<uint, HistoryIds>();
        foreach (var (number, ids) in _ids)
        {
            if (!catalog.TryFindView(number, out var view) || !catalog.TryFindSource(view.Source, out var route)) continue;
            ids.ForgetBefore(HorizonOf(route, positions));
            if (ids.Count > 0) kept.Add(number, ids);
        }
        _ids = kept;
        positions.SetHistory(JournalEventSource.Partition, _ids.Count == 0 ? null : _ids.Values.Min(ids => ids.OldestPosition));
    }

    /// <summary>Reads again what was remembered at the positions: the history that had been applied by then.</summary>
    public void Recall(FeatureJournal journal, FeatureCatalog catalog, StreamPositions positions)
    {
        if (positions.History(JournalEventSource.Partition) is not { } from || positions.Next(JournalEventSource.Partition) is not { } until) return;
        using var reader = journal.ReadFrom(Math.Max(from, journal.OldestPosition));
        while (reader.Position < until && reader.Read() is JournalReadOutcome.Records or JournalReadOutcome.Damaged)
        {
            foreach (var entry in reader.Batch)
            {
                if (entry.Position >= until) return;
                if (!entry.TryGetRecord(out var record) || !record.IsHistory || !catalog.TryFindView(record.HistoryView, out var view)) continue;
                if (!starts.Counts(view, entry.Position) || !catalog.TryFindSource(view.Source, out var route)) continue;
                Remember(view.Number, record, entry.Position, HorizonOf(route, positions));
            }
        }
    }

    /// <summary>The oldest event time that the source may still bring.</summary>
    public static long HorizonOf(SourceRoute route, StreamPositions positions) =>
        positions.Newest($"{JournalEventSource.Partition}/{route.Schema.Name}") - route.LatenessMicros;

    private static partial class Log
    {
        [LoggerMessage(EventIds.StartsUnwritten, LogLevel.Error, "Revision {Revision} of the definitions is not applied to events yet: from where on its views count cannot be written: {Reason}")]
        public static partial void NotAdopted(ILogger logger, long revision, string reason);
    }
}
