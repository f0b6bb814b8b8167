using System.Text.Json;
using Appliance.Features.Reading;
using Appliance.Scoring.Features;

namespace Appliance.Host.Rest.Features;

/// <summary>The names of a plan's features as JSON has them. Made once a plan; immutable.</summary>
internal sealed class FeatureNames
{
    public FeatureNames(FeatureReadPlan plan)
    {
        References = [.. plan.Outputs.Select(o => JsonNames.Encode($"{o.View}:{o.Name}"))];
        Short = [.. plan.Outputs.Select(o => JsonNames.Encode(o.Name))];
        Full = [.. plan.Outputs.Select(o => JsonNames.Encode($"{o.View}__{o.Name}"))];
        var twice = plan.Outputs.GroupBy(o => (o.View, o.Name)).FirstOrDefault(g => g.Count() > 1)?.Key;
        if (twice is var (view, name)) Twice = $"{view}:{name}";
    }

    /// <summary>As view:feature.</summary>
    public JsonEncodedText[] References { get; }

    /// <summary>The feature's name alone.</summary>
    public JsonEncodedText[] Short { get; }

    /// <summary>As view__feature.</summary>
    public JsonEncodedText[] Full { get; }

    /// <summary>A feature that was asked for more than once; null where none was.</summary>
    public string? Twice { get; }
}
