using Appliance.Features.Reading;
using Appliance.Scoring.Features;
using Contracts;
using FeatureModel;
using FeatureModel.Definitions;
using FeatureModel.Values;
using FeatureBinding = Appliance.Scoring.Features.FeatureBinding;
using ServiceBinding = FeatureModel.FeatureBinding;

namespace Appliance.Scoring.Entities;

/// <summary>Compiles an <see cref="EntityBinding"/>. Pure: the same catalog and manifest always give the same.</summary>
internal static class EntityBindingBuilder
{
    /// <param name="features">The model's own binding, of the same manifest.</param>
    public static EntityBinding Build(FeatureCatalog catalog, ModelManifest manifest, FeatureBinding features)
    {
        var named = manifest.FeatureService!;
        var problem = Find(catalog, named, out var service);
        FeatureReadPlan? plan = null;
        if (problem is null && !FeatureReadPlan.TryCreate(catalog, service!.References, "its list of features", out plan, out var error)) problem = error;
        problem ??= plan!.Required.Select(KeyProblem).FirstOrDefault(p => p is not null);
        StoredFeature?[] stored = [];
        problem ??= Bind(catalog, manifest, features, plan!, out stored);
        return problem is null
            ? new EntityBinding(named, catalog.Revision, plan!, stored, [.. plan!.Outputs.Select(o => ReadsOf(plan, o).Distinct().Order().ToArray())])
            : new EntityBinding(named, catalog.Revision, problem);
    }

    private static string? Find(FeatureCatalog catalog, ManifestFeatureService named, out ServedService? service)
    {
        service = null;
        if (named.Version < 1) return $"{ModelManifest.FileName}: featureService.version is {named.Version}; it must be a whole number from 1";
        if (catalog.TryFindService(named.Name, named.Version, out service)) return service.Problem;
        return catalog.TryFindService(named.Name, FeatureCatalog.Latest, out var latest)
            ? $"it has no version {named.Version}; the latest is {latest.Version}"
            : $"no feature service of that name is defined{NearNames.Hint(named.Name, [.. catalog.ServiceNames])}";
    }

    private static string? KeyProblem(RequiredColumn key) => key.Type.IsNumeric() || key.Type == FeatureDataType.String
        ? null
        : $"feature view '{key.View}' needs '{key.Name}' as {key.Type.Name()}, which an entity cannot carry; it must be a number, a truth value, a moment or a string";

    private static string? Bind(FeatureCatalog catalog, ModelManifest manifest, FeatureBinding features, FeatureReadPlan plan, out StoredFeature?[] stored)
    {
        stored = new StoredFeature?[features.Features.Length];
        if (manifest.Features.Count != stored.Length) return $"{ModelManifest.FileName}: features is empty; a model with a feature service must name its features";
        var schema = plan.Outputs.Select(o => new ServiceFeature(o.View, o.Name, o.Type)).ToList();
        if (!ServiceBinding.TryCreate(manifest, schema, out var binding, out var errors)) return string.Join("; ", errors);
        for (var i = 0; i < stored.Length; i++)
        {
            if (binding.Columns[i] is not (>= 0 and var output)) continue;
            if (Stored(catalog, plan, output, features.Features[i], out stored[i]) is { } problem) return problem;
        }
        return null;
    }

    private static string? Stored(FeatureCatalog catalog, FeatureReadPlan plan, int output, BoundFeature feature, out StoredFeature? stored)
    {
        var from = plan.Outputs[output];
        stored = new StoredFeature($"{from.View}:{from.Name}", output, [.. ReadsOf(plan, from).Distinct().Order()]);
        if (!catalog.TryFindView(from.View, out var view) || view.Features[from.Feature].Default is not { IsNull: false } value) return null;
        var outcome = FeatureCell.FromValue(feature, value, out var cell);
        if (outcome != CellOutcome.Ok) return $"the default of '{stored.Reference}' is {value}; for feature '{feature.Name}' it must be {feature.RuleOf(outcome)}";
        var text = value.Type == FeatureDataType.String ? System.Text.Encoding.UTF8.GetBytes(value.AsString) : [];
        stored = stored with { HasDefault = true, DefaultCell = cell, DefaultText = text };
        return null;
    }

    private static IEnumerable<int> ReadsOf(FeatureReadPlan plan, FeatureOutput output)
    {
        if (output.ViewRead >= 0) return [output.ViewRead];
        var step = Array.Find(plan.Steps, s => s.Column == output.Computed)!;
        return step.Sources.Where(s => s.Required == SlotSource.NoColumn).SelectMany(s => ReadsOf(plan, s.Feature));
    }
}
