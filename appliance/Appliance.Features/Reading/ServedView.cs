namespace Appliance.Features.Reading;

/// <summary>One version of a feature view, compiled for reading and writing. Immutable.</summary>
public sealed class ServedView
{
    private ServedLayout? _currentLayout;
    private ServedPanes? _currentPanes;

    public required string Name { get; init; }

    public required int Version { get; init; }

    /// <summary>The number in the keys of its rows: one for all versions of the view. 0 for an on-demand view, which has no rows.</summary>
    public required uint Number { get; init; }

    public required ViewKind Kind { get; init; }

    /// <summary>What identifies a row, in the order of its key.</summary>
    public required IReadOnlyList<JoinKey> JoinKeys { get; init; }

    public required IReadOnlyList<ServedFeature> Features { get; init; }

    /// <summary>Age in microseconds above which a row is outside; <see cref="long.MaxValue"/> for never.</summary>
    public required long TtlMicros { get; init; }

    /// <summary>The source of its rows or events; empty for an on-demand view.</summary>
    public string Source { get; init; } = "";

    /// <summary>Of a batch view: every layout that its rows may have, by number.</summary>
    public IReadOnlyDictionary<uint, ServedLayout> Layouts { get; init; } = new Dictionary<uint, ServedLayout>();

    /// <summary>Of a stream view: what its rows may hold, by layout number.</summary>
    public IReadOnlyDictionary<uint, ServedPanes> Panes { get; init; } = new Dictionary<uint, ServedPanes>();

    /// <summary>The number of the layout that new rows have.</summary>
    public uint CurrentLayout { get; init; }

    /// <summary>The first layout since the view was declared, or declared again after a deletion: rows of those before are another view's.</summary>
    public uint BornLayout { get; init; }

    /// <summary>The layout of that number; null where there is none. Nearly all rows have the current one, which takes no look-up.</summary>
    internal ServedLayout? LayoutOf(uint number) => number == CurrentLayout && _currentLayout is { } current ? current : FindLayout(number);

    /// <summary>As <see cref="LayoutOf"/>, of a stream view.</summary>
    internal ServedPanes? PanesOf(uint number) => number == CurrentLayout && _currentPanes is { } current ? current : FindPanes(number);

    /// <summary>Of an on-demand view.</summary>
    public OnDemandView? OnDemand { get; init; }

    // Two that look for the first time find the same.
    private ServedLayout? FindLayout(uint number)
    {
        if (Kind != ViewKind.Batch) return null;
        var found = Layouts.GetValueOrDefault(number);
        if (number == CurrentLayout) _currentLayout = found;
        return found;
    }

    private ServedPanes? FindPanes(uint number)
    {
        if (Kind != ViewKind.Stream) return null;
        var found = Panes.GetValueOrDefault(number);
        if (number == CurrentLayout) _currentPanes = found;
        return found;
    }

    /// <summary>The feature's position, or -1.</summary>
    public int Find(string feature)
    {
        for (var i = 0; i < Features.Count; i++)
        {
            if (Features[i].Name == feature) return i;
        }
        return -1;
    }
}
