using FeatureModel.Definitions;
using FeatureModel.Windows;

namespace Appliance.Features.Registry;

/// <summary>Works out which windows of a stream view were added after it began, and from when on each is whole. Pure.</summary>
internal static class ViewWindows
{
    /// <summary>Empty for a view of another kind, for one that is deleted, and where no window lacks anything.</summary>
    public static IReadOnlyList<ViewWindow> Of(RegistryState state, string view)
    {
        if (state.Catalog.View(view) is not { Kind: "stream" } latest || state.LayoutsOf(view) is not { } layouts) return [];
        var described = state.Describe(DefinitionKind.FeatureView, view)!;
        WindowPlan? plan = null;
        WindowCoverage? coverage = null;
        foreach (var layout in layouts.All.Where(l => l.ViewVersion >= described.BornAt))
        {
            var version = described.Versions[layout.ViewVersion - 1];
            // As the catalog compiles them: an older version whose source is gone has no rows that count.
            var definition = layout == layouts.Latest ? latest : (FeatureViewDefinition)version.Definition;
            if (state.Catalog.Source(definition.Source) is not { } source || WindowPlan.Compile(definition, source, plan) is not { Succeeded: true } result) continue;
            plan = result.Plan;
            var at = (version.Revision.Time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
            coverage = coverage?.Next(plan, at) ?? WindowCoverage.Begin(plan, at);
        }
        return [.. coverage?.Added.OrderBy(a => a.Feature).Select(a => Of(latest, a)) ?? []];
    }

    private static ViewWindow Of(FeatureViewDefinition view, AddedWindow added)
    {
        var feature = view.Features[added.Feature];
        return new(new(view.Name, feature.Name), feature.Aggregate!.Window!, DateTimeOffset.UnixEpoch.AddMicroseconds(added.WholeFrom));
    }
}
