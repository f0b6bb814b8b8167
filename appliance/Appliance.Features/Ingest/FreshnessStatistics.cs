// Hot path: every event passes here once for each view that has it.
using System.Globalization;
using Appliance.Features.Reading;

namespace Appliance.Features.Ingest;

/// <summary>
/// The freshness of every view that has had an event. Written by the ingest loop alone; read by any thread. The newest event times lie beside the stream
/// positions in every store checkpoint, so that a start knows them.
/// </summary>
public sealed class FreshnessStatistics
{
    // No partition or source has a name with a space, so that this names none of their clocks.
    private const string ClockPrefix = "view ";

    // By view number: numbers are given from 1 on and never again. Grown by the ingest loop.
    private ViewFreshness?[] _views = new ViewFreshness?[16];

    /// <summary>The moment that events are applied at, microseconds since 1970; set by the loop, which does not ask the clock for each.</summary>
    internal long Now { get; set; }

    /// <summary>The freshness of a stored view; null where no event of it is known.</summary>
    public ViewFreshness? Of(ServedView view)
    {
        var views = Volatile.Read(ref _views);
        return view.Number < views.Length ? Volatile.Read(ref views[view.Number]) : null;
    }

    internal void Count(ServedView view, long eventTime) => ((view.Number < _views.Length ? _views[view.Number] : null) ?? Add((int)view.Number)).Count(eventTime, Now);

    /// <summary>Puts the newest event times beside the positions, before a checkpoint.</summary>
    internal void SaveTo(StreamPositions positions)
    {
        for (var number = 0; number < _views.Length; number++)
        {
            if (_views[number]?.NewestEventTime is { } newest) positions.Advance(string.Create(CultureInfo.InvariantCulture, $"{ClockPrefix}{number}"), newest);
        }
    }

    /// <summary>Takes over what was saved, before the first event.</summary>
    internal void LoadFrom(StreamPositions positions)
    {
        foreach (var (clock, newest) in positions.Clocks)
        {
            if (!clock.StartsWith(ClockPrefix, StringComparison.Ordinal)) continue;
            if (int.TryParse(clock.AsSpan(ClockPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) Add(number).Advance(newest);
        }
    }

    private ViewFreshness Add(int number)
    {
        if (number >= _views.Length)
        {
            var views = new ViewFreshness?[Math.Max(number + 1, _views.Length * 2)];
            _views.CopyTo(views, 0);
            Volatile.Write(ref _views, views);
        }
        var added = new ViewFreshness();
        Volatile.Write(ref _views[number], added);
        return added;
    }
}
