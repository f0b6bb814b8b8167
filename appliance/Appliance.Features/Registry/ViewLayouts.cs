using System.Collections.Immutable;

namespace Appliance.Features.Registry;

/// <summary>A stored view's number and every layout that its rows ever had. Immutable.</summary>
/// <param name="ViewNumber">First part of the store's keys: given once for a view's name and never again, also after it was deleted.</param>
/// <param name="All">Ascending by number, from 1.</param>
public sealed record ViewLayouts(string View, int ViewNumber, ImmutableArray<ViewLayout> All)
{
    /// <summary>The layout that rows are written in now.</summary>
    public ViewLayout Latest => All[^1];

    /// <summary>The layout of that number; null for a number that was never given.</summary>
    public ViewLayout? Find(int number) => number >= 1 && number <= All.Length ? All[number - 1] : null;

    /// <summary>The layout that rows had when the view was at that version; null before the first.</summary>
    public ViewLayout? OfVersion(int viewVersion) => All.LastOrDefault(l => l.ViewVersion <= viewVersion);
}
