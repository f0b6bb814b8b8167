using Appliance.Inference.Lifecycle;
using Appliance.Inference.Statistics;

namespace Appliance.Host.Telemetry;

/// <summary>The families about loads and states of model versions. Thread-safe.</summary>
internal sealed class LifecycleMetrics(IModelLifecycle lifecycle, LoadStatistics loads)
{
    private static readonly ModelState[] States = Enum.GetValues<ModelState>();

    public void WriteDurations(PrometheusWriter page)
    {
        page.Begin(MetricCatalog.ModelLoadSeconds);
        var inOrder = loads.Durations.OrderBy(d => d.Key.Model, StringComparer.Ordinal).ThenByDescending(d => d.Key.Version);
        foreach (var ((model, version), duration) in inOrder)
        {
            page.Sample(duration.TotalSeconds, model, Text(version));
        }
    }

    public void WriteStates(PrometheusWriter page)
    {
        page.Begin(MetricCatalog.ModelState);
        foreach (var version in lifecycle.Index().OrderBy(v => v.Model, StringComparer.Ordinal).ThenByDescending(v => v.Version))
        {
            foreach (var state in States) page.Sample(version.State == state ? 1 : 0, version.Model, Text(version.Version), state.Name());
        }
        page.Begin(MetricCatalog.ModelLoads);
        page.Sample(loads.Loaded, "loaded");
        page.Sample(loads.Failed, "failed");
        // Disposed is read first: a session that is made and given back in between must not look as if it was never made.
        var disposed = loads.SessionsDisposed;
        page.Begin(MetricCatalog.ModelSessions);
        page.Sample(loads.SessionsCreated, "created");
        page.Sample(disposed, "disposed");
    }

    private static string Text(long version) => version.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
