// Hot path: one binding and at most one read per request.
using Appliance.Features;
using Appliance.Features.Reading;
using Appliance.Features.Sampling;
using Appliance.Inference.Lifecycle;
using Appliance.Scoring.Features;
using Contracts;

namespace Appliance.Scoring.Entities;

/// <summary>The features of the appliance as scoring sees them: bindings of model versions, and reads. Thread-safe.</summary>
/// <param name="platform">Null where the appliance serves no features.</param>
public sealed class StoredFeatures(FeaturePlatform? platform, TimeProvider time)
{
    /// <summary>Why nothing can be read where there is no platform.</summary>
    public const string OffReason = $"this appliance serves no features; setting {FeatureOptions.Section}:{nameof(FeatureOptions.Folder)} is empty";

    /// <summary>Now, on the clock of timings.</summary>
    internal long Timestamp => time.GetTimestamp();

    /// <summary>Where samples of what was served go; null where the appliance serves no features.</summary>
    internal SampleQueue? Samples => platform?.Samples;

    /// <summary>The binding of a version to the feature service that it names, as that is served now; null where it names none.</summary>
    public EntityBinding? BindingOf(ServingModel model, FeatureBinding features)
    {
        if (model.Manifest?.FeatureService is not { } service) return null;
        var catalog = platform?.Catalog.Current ?? FeatureCatalog.Empty;
        // Two that compile at once make the same of the same revision; one that is overtaken by a newer is made again.
        if (model.EntityBinding is EntityBinding bound && bound.Revision == catalog.Revision) return bound;
        var binding = platform is null
            ? new EntityBinding(service, catalog.Revision, OffReason) { Off = true }
            : EntityBindingBuilder.Build(catalog, model.Manifest, features);
        binding.SampleThreshold = Samples?.ThresholdOf(model.Name) ?? 0;
        model.EntityBinding = binding;
        return binding;
    }

    /// <summary>Reads a binding's plan; null, or why it cannot be read.</summary>
    internal string? Read(FeatureReadPlan plan, EntityRows rows, FeatureBlock block) =>
        platform is null ? OffReason : platform.Store.Read(plan, rows, block);
}
