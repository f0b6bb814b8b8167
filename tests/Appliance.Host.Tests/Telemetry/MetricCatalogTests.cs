using Appliance.Host.Telemetry;
using Appliance.Host.Telemetry.Gpu;

namespace Appliance.Host.Tests.Telemetry;

public sealed class MetricCatalogTests
{
    private static IEnumerable<MetricDefinition> Everything => MetricCatalog.All.Concat(TrafficMetricCatalog.All).Concat(FeatureMetricCatalog.All).Concat(SecurityMetricCatalog.All)
        .Concat(TracingMetricCatalog.All).Concat(GpuMetricCatalog.All);

    [Theory]
    [InlineData(typeof(MetricCatalog))]
    [InlineData(typeof(TrafficMetricCatalog))]
    [InlineData(typeof(FeatureMetricCatalog))]
    [InlineData(typeof(SecurityMetricCatalog))]
    [InlineData(typeof(TracingMetricCatalog))]
    [InlineData(typeof(GpuMetricCatalog))]
    public void Every_definition_is_listed_once(Type catalog)
    {
        var all = (IReadOnlyList<MetricDefinition>)catalog.GetProperty(nameof(MetricCatalog.All))!.GetValue(null)!;
        var fields = catalog.GetFields().Select(f => f.GetValue(null)).OfType<MetricDefinition>().ToList();
        Assert.NotEmpty(fields);
        Assert.Equal(fields.Select(f => f.Name).Order(), all.Select(m => m.Name).Order());
        Assert.Equal(Everything.Count(), Everything.Select(m => m.Name).Distinct().Count());
    }

    [Fact]
    public void Names_and_labels_are_well_formed_and_tell_what_they_are()
    {
        foreach (var metric in Everything)
        {
            // Names that others gave are as they gave them.
            var isDcgm = metric.Name.StartsWith("DCGM_FI_DEV_", StringComparison.Ordinal);
            Assert.Matches(isDcgm ? "^[A-Z_]+$" : "^[a-z][a-z0-9_]*$", metric.Name);
            if (!isDcgm) Assert.All(metric.Labels, l => Assert.Matches("^[a-z_]+$", l));
            Assert.NotEmpty(metric.Unit);
            Assert.EndsWith(".", metric.Help);
            if (metric.Kind == MetricKind.Counter && !isDcgm && !metric.Name.StartsWith("nv_", StringComparison.Ordinal)) Assert.EndsWith("_total", metric.Name);
            if (metric.Kind != MetricKind.Counter) Assert.False(metric.Name.EndsWith("_total", StringComparison.Ordinal));
            if (metric.Name.StartsWith("appliance_", StringComparison.Ordinal) && metric.Unit == "s") Assert.EndsWith("_seconds", metric.Name);
            if (metric.Name.StartsWith("appliance_", StringComparison.Ordinal) && metric.Unit == "By") Assert.Matches("_bytes(_total)?$", metric.Name);
        }
    }
}
