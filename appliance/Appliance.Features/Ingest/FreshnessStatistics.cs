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
        var known = view.Number < views.Length ? Volatile.Read(ref views[view.Number]) : null;
        // A view that was declared again has its number from the one before, and nothing else.
        return known?.BornLayout == view.BornLayout ? known : null;
    }

    internal void Count(ServedView view, long eventTime) => (Of(view) ?? Add((int)view.Number, view.BornLayout)).Count(eventTime, Now);

    /// <summary>Puts the newest event times beside the positions, before a checkpoint.</summary>
    internal void SaveTo(StreamPositions positions)
    {
        // Those of views that were declared again since the last time go.
        foreach (var clock in positions.Clocks.Keys.Where(IsOurs).ToList()) positions.Forget(clock);
        for (var number = 0; number < _views.Length; number++)
        {
            if (_views[number] is not { NewestEventTime: { } newest } view) continue;
            positions.Advance(string.Create(CultureInfo.InvariantCulture, $"{ClockPrefix}{number} {view.BornLayout}"), newest);
        }
    }

    /// <summary>Takes over what was saved, before the first event.</summary>
    internal void LoadFrom(StreamPositions positions)
    {
        foreach (var (clock, newest) in positions.Clocks)
        {
            if (IsOurs(clock) && TryParse(clock.AsSpan(ClockPrefix.Length), out var number, out var bornLayout)) Add(number, bornLayout).Advance(newest);
        }
    }

    private static bool IsOurs(string clock) => clock.StartsWith(ClockPrefix, StringComparison.Ordinal);

    private static bool TryParse(ReadOnlySpan<char> name, out int number, out uint bornLayout)
    {
        (number, bornLayout) = (0, 0);
        var space = name.IndexOf(' ');
        return space > 0 && int.TryParse(name[..space], NumberStyles.None, CultureInfo.InvariantCulture, out number)
            && uint.TryParse(name[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out bornLayout);
    }

    private ViewFreshness Add(int number, uint bornLayout)
    {
        if (number >= _views.Length)
        {
            var views = new ViewFreshness?[Math.Max(number + 1, _views.Length * 2)];
            _views.CopyTo(views, 0);
            Volatile.Write(ref _views, views);
        }
        var added = new ViewFreshness(bornLayout);
        Volatile.Write(ref _views[number], added);
        return added;
    }
}
