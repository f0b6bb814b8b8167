using Contracts.Inference;

namespace Appliance.Inference.Repository.Rules;

/// <summary>Labels and histogram buckets that a model sets for its own metrics.</summary>
internal static class MetricRules
{
    /// <summary>Buckets of one histogram at most: each is a series of its own for every model version.</summary>
    public const int MostBuckets = 64;

    /// <summary>Labels of one model at most, for the same reason.</summary>
    public const int MostTags = 16;

    private static readonly HashSet<string> OwnLabels = new(StringComparer.Ordinal)
    {
        "model", "version", "namespace", "gpu_uuid", "reason", "quantile", "le",
    };

    public static IReadOnlyDictionary<string, string> Tags(ModelConfig config, ConfigRefusals refusals)
    {
        refusals.Require(config.MetricTags.Count <= MostTags, "metric_tags", config.MetricTags.Count,
            $"a model has at most {MostTags} labels of its own");
        foreach (var (name, value) in config.MetricTags.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            var field = $"metric_tags[\"{name}\"]";
            refusals.Require(IsLabelName(name), field, name,
                "a label's name has letters, digits and _, does not start with a digit or with __");
            refusals.Require(!OwnLabels.Contains(name), field, name, "the metrics have a label of this name already");
            refusals.Require(!value.Any(char.IsControl), field, value, "a label's value has no control characters");
        }
        return new Dictionary<string, string>(config.MetricTags, StringComparer.Ordinal);
    }

    public static IReadOnlyDictionary<string, IReadOnlyList<double>> Buckets(ModelConfig config, ConfigRefusals refusals)
    {
        Dictionary<string, IReadOnlyList<double>> buckets = new(StringComparer.Ordinal);
        for (var i = 0; i < (config.ModelMetrics?.MetricControl.Count ?? 0); i++)
        {
            var (control, field) = (config.ModelMetrics!.MetricControl[i], $"model_metrics.metric_control[{i}]");
            var family = control.MetricIdentifier?.Family ?? "";
            refusals.Require(HistogramFamilies.All.Contains(family), $"{field}.metric_identifier.family", family,
                $"a model sets buckets for {string.Join(", ", HistogramFamilies.All)}");
            if (control.HistogramOptions is not { } options)
            {
                refusals.Refuse($"{field}.histogram_options", "it must have the histogram's buckets");
                continue;
            }
            CheckBuckets(options.Buckets, $"{field}.histogram_options.buckets", refusals);
            refusals.Require(buckets.TryAdd(family, [.. options.Buckets]), $"{field}.metric_identifier.family", family,
                "the metric is listed twice");
        }
        return buckets;
    }

    private static void CheckBuckets(IReadOnlyList<double> bounds, string field, ConfigRefusals refusals)
    {
        refusals.Require(bounds.Count is >= 1 and <= MostBuckets, field, bounds.Count,
            $"there must be 1 to {MostBuckets} buckets; the one to infinity is added");
        for (var i = 0; i < bounds.Count; i++)
        {
            refusals.Require(double.IsFinite(bounds[i]) && bounds[i] > 0, $"{field}[{i}]", bounds[i],
                "a bucket's bound is a number of microseconds above 0");
            refusals.Require(i == 0 || !(bounds[i] <= bounds[i - 1]), $"{field}[{i}]", bounds[i], "bounds must rise");
        }
    }

    private static bool IsLabelName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0])
        && !name.StartsWith("__", StringComparison.Ordinal)
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
