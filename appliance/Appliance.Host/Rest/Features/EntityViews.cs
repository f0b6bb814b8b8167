using Appliance.Features.Reading;
using FeatureModel.Definitions;

namespace Appliance.Host.Rest.Features;

/// <summary>Which views a request for an entity means that names no features. Pure.</summary>
internal static class EntityViews
{
    /// <summary>The views that need nothing but the entity's join keys, by name.</summary>
    public static string[] Of(EntityDefinition entity, FeatureCatalog catalog) =>
    [
        .. catalog.Views
            .Where(v => v.JoinKeys.Count > 0 && v.JoinKeys.All(k => IsKey(entity, k.Name)))
            .Where(v => FeatureReadPlan.TryCreate(catalog, [v.Name], "features", out var plan, out _) && plan.Required.All(r => IsKey(entity, r.Name)))
            .Select(v => v.Name)
            .Order(StringComparer.Ordinal),
    ];

    private static bool IsKey(EntityDefinition entity, string column) => entity.JoinKeys.Exists(k => k.Name == column);
}
