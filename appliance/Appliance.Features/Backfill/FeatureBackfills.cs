using System.Globalization;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.History;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using FeatureModel;
using FeatureModel.Definitions;

namespace Appliance.Features.Backfill;

/// <summary>Begins backfills, one a view at a time. Thread-safe.</summary>
public sealed class FeatureBackfills
{
    private const string ReaderPrefix = "backfill.";

    private readonly FeatureJournal _journal;
    private readonly CatalogHolder _catalog;
    private readonly ViewStarts? _starts;
    private readonly BackfillOptions _options;
    private readonly IngestOptions _ingest;
    private readonly TimeProvider _time;

    // Guards _running: the numbers of the views that are being given history.
    private readonly Lock _gate = new();
    private readonly HashSet<uint> _running = [];

    /// <param name="starts">Null where events come from Kafka.</param>
    internal FeatureBackfills(FeatureJournal journal, CatalogHolder catalog, ViewStarts? starts, BackfillOptions options, IngestOptions ingest, TimeProvider time) =>
        (_journal, _catalog, _starts, _options, _ingest, _time) = (journal, catalog, starts, options, ingest, time);

    /// <summary>Begins one: finds where the view begins to count the stream and reads what it has had since.</summary>
    public async Task<BackfillStart> BeginAsync(BackfillRequest request, CancellationToken cancellation)
    {
        if (_starts is null)
        {
            return Refused(BackfillOutcome.NotPossible, "this appliance reads its events from Kafka, whose order against history is not known; produce the history to the topic "
                + "before the view is declared in a new features folder, which reads the topic from its beginning");
        }
        if (!_catalog.Current.TryFindView(request.View, out var view))
        {
            return Refused(BackfillOutcome.NotFound, $"feature view is '{request.View}'; there is none of that name{NearNames.Hint(request.View, [.. _catalog.Current.ViewNames])}");
        }
        if (RefusalOf(view) is { } refusal) return Refused(BackfillOutcome.NotPossible, refusal);
        if (await StartOfAsync(view, cancellation) is not { } start)
        {
            return Refused(BackfillOutcome.Unavailable, $"the event loop has not taken feature view '{view.Name}' up within {_options.StartPatience}; see its log, and try again");
        }
        if (start == ViewStart.Unknown)
        {
            return Refused(BackfillOutcome.NotPossible, $"feature view '{view.Name}' is older than the notes of where views begin; declare it under another name, or delete it and declare it again");
        }
        lock (_gate)
        {
            if (!_running.Add(view.Number)) return Refused(BackfillOutcome.Busy, $"feature view '{view.Name}' is being given history by another call; wait for its end");
        }
        return await OpenAsync(request, view, start, cancellation);
    }

    /// <summary>Whether readers of that name are those of backfills.</summary>
    internal static bool IsReader(string name) => name.StartsWith(ReaderPrefix, StringComparison.Ordinal);

    /// <summary>Forgets the reader that a backfill left when the process ended with it; false while that backfill runs.</summary>
    internal bool TryRemoveLeftReader(string name, out JournalOutcome outcome)
    {
        lock (_gate)
        {
            var isRunning = _running.Any(view => ReaderOf(view) == name);
            // A backfill that begins now registers later than this, and so keeps its reader.
            outcome = isRunning ? JournalOutcome.Ok : _journal.RemoveReader(name);
            return !isRunning;
        }
    }

    private static string? RefusalOf(ServedView view)
    {
        if (view.Kind != ViewKind.Stream) return $"feature view '{view.Name}' is no stream view; rows of a batch view are pushed, or sent as events of type 'row'";
        return view.CurrentLayout == view.BornLayout
            ? null
            : $"feature view '{view.Name}' was changed since it began to count, and what was added has not seen the stream from its start; declare it under another name, or delete it and declare it again";
    }

    // Null where the loop does not take the view up in time.
    private async Task<long?> StartOfAsync(ServedView view, CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(_options.StartPatience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            while (true)
            {
                var changed = _starts!.Changed;
                if (_starts.TryGet(view, out var start)) return start;
                await changed.WaitAsync(either.Token);
            }
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<BackfillStart> OpenAsync(BackfillRequest request, ServedView view, long start, CancellationToken cancellation)
    {
        BackfillIds? ids = null;
        try
        {
            // What the view has had must be there to the end, and so must what is replayed.
            if (_journal.RegisterReader(ReaderOf(view.Number), out _) is var registered and not JournalOutcome.Ok)
            {
                return Ended(view, null, BackfillOutcome.Unavailable, $"the journal does not take the backfill as a reader: {registered}");
            }
            if (_journal.OldestPosition > Math.Max(start, JournalFrame.FirstPosition))
            {
                return Ended(view, null, BackfillOutcome.NotPossible,
                    $"the journal no longer has what feature view '{view.Name}' counted first (position {start}; the oldest is {_journal.OldestPosition}), so what it has cannot be told; "
                    + "declare it under another name, or delete it and declare it again, and bring history in at once");
            }
            // What an interrupted backfill before appended counts, whether or not it waited for the disk.
            if (await _journal.WaitDurableAsync(_journal.EndPosition - 1, cancellation) is var durable and not JournalOutcome.Ok)
            {
                return Ended(view, null, BackfillOutcome.Unavailable, $"the journal cannot be brought to its disk: {durable}; run the backfill again once it can");
            }
            ids = new BackfillIds(_journal, view, start, _options.MaxIds);
            var read = ids;
            if (await Task.Run(() => read.CatchUp(cancellation), cancellation) is { } refused) return Ended(view, ids, refused.Outcome, refused.Reason);
            if (!_catalog.Current.TryFindSource(view.Source, out var route)) return Ended(view, ids, BackfillOutcome.NotPossible, $"source '{view.Source}' was deleted meanwhile");
            var screen = new HistoryScreen(view, route.Schema, _ingest.MaxClockSkewMicros, _time);
            var parts = new BackfillParts(start, ids, screen, new HistoryAppender(_journal, view.Number), () => IsAsBefore(view), () => End(view));
            return new BackfillStart(new ViewBackfill(_journal, view, request, parts), BackfillOutcome.Ok, "");
        }
        catch
        {
            ids?.Dispose();
            End(view);
            throw;
        }
    }

    private bool IsAsBefore(ServedView view) =>
        _catalog.Current.TryFindView(view.Name, out var now) && now.Number == view.Number && now.Source == view.Source && RefusalOf(now) is null && now.BornLayout == view.BornLayout;

    // After a crash the registration stays, and so does what a repeated backfill needs; its end removes it.
    private void End(ServedView view)
    {
        _journal.RemoveReader(ReaderOf(view.Number));
        lock (_gate) _running.Remove(view.Number);
    }

    private BackfillStart Ended(ServedView view, BackfillIds? ids, BackfillOutcome outcome, string reason)
    {
        ids?.Dispose();
        End(view);
        return Refused(outcome, reason);
    }

    private static BackfillStart Refused(BackfillOutcome outcome, string reason) => new(null, outcome, reason);

    private static string ReaderOf(uint view) => string.Create(CultureInfo.InvariantCulture, $"{ReaderPrefix}{view}");
}
