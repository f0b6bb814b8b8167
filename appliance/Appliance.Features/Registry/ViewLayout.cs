namespace Appliance.Features.Registry;

/// <summary>The columns of a view's rows from some version of it on. Immutable. A row in the store names its layout by number.</summary>
/// <param name="Number">From 1, for each view by itself; never given twice.</param>
/// <param name="ViewVersion">The view's version that began it.</param>
/// <param name="Features">In the order of the row.</param>
public sealed record ViewLayout(int Number, int ViewVersion, IReadOnlyList<LayoutFeature> Features);
