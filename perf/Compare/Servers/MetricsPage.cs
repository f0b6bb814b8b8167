using System.Globalization;

namespace Compare.Servers;

/// <summary>Reads a page in Prometheus' text format.</summary>
internal static class MetricsPage
{
    public const string AllocatedBytes = "process_managed_allocated_bytes_total";

    /// <summary>The sum of a metric over its labels.</summary>
    public static double Sum(string page, string metric)
    {
        var samples = page.Split('\n').Where(line => line.StartsWith(metric, StringComparison.Ordinal) && line.Length > metric.Length && line[metric.Length] is ' ' or '{')
            .Select(line => line[(line.LastIndexOf('}') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(fields => fields[0].StartsWith(metric, StringComparison.Ordinal) ? fields[1] : fields[0])
            .ToList();
        return samples.Count > 0
            ? samples.Sum(value => double.Parse(value, CultureInfo.InvariantCulture))
            : throw new FormatException($"The metrics page has no sample of {metric}.");
    }
}
