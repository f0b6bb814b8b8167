using EndToEnd.Tests.Processes;
using TestKit;

namespace EndToEnd.Tests.Metrics;

/// <summary>A metrics page, read strictly.</summary>
internal sealed class MetricsPage
{
    private MetricsPage(IReadOnlyList<PrometheusFamily> families) => Families = families;

    public IReadOnlyList<PrometheusFamily> Families { get; }

    public static async Task<MetricsPage> ReadAsync(ApplianceProcess appliance) => Parse(await appliance.Metrics.GetStringAsync("/metrics"));

    /// <exception cref="FormatException">The page breaks a rule of the text format.</exception>
    public static MetricsPage Parse(string text) => new(PrometheusText.Parse(text));

    /// <summary>The one sample of that name whose labels include the given ones; null where there is none.</summary>
    public double? Value(string name, params (string Label, string Value)[] labels) => Samples(name, labels).SingleOrDefault()?.Value;

    /// <summary>The samples of that name whose labels include the given ones.</summary>
    public IEnumerable<PrometheusSample> Samples(string name, params (string Label, string Value)[] labels) => Families
        .SelectMany(f => f.Samples)
        .Where(s => s.Name == name && labels.All(l => s.Labels.GetValueOrDefault(l.Label) == l.Value));
}
