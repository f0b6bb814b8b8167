using Appliance.Features.Registry;
using FeatureModel.Definitions;

namespace Appliance.Host.Telemetry;

/// <summary>The families about the definitions.</summary>
internal static class RegistryMetrics
{
    public static void Write(PrometheusWriter page, FeatureRegistry registry)
    {
        var state = registry.State;
        page.One(FeatureMetricCatalog.RegistryRevision, state.Revision);
        page.Begin(FeatureMetricCatalog.RegistryObjects);
        foreach (var kind in DefinitionKinds.All) page.Sample(state.Catalog.Definitions.Of(kind).Count(), kind.Word());
        page.Begin(FeatureMetricCatalog.RegistryChanges);
        foreach (var outcome in Enum.GetValues<RegistryOutcome>()) page.Sample(registry.Changes(outcome), MetricWords.Of(outcome));
    }
}
