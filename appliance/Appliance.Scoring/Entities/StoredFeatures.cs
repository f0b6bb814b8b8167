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
    public const string OffReason = $"this appliance serves no features; setting {FeatureOptions.Section}:{nameof(FeatureOptions.Folder)} (flag --features-folder) is empty";

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
        if (binding.Plan is { } plan) binding.Counters = platform!.Reads.CountersOf(plan);
        model.EntityBinding = binding;
        return binding;
    }

    /// <summary>Reads a binding's plan; null, or why it cannot be read.</summary>
    internal string? Read(EntityBinding binding, EntityRows rows, FeatureBlock block)
    {
        if (platform is null) return OffReason;
        var error = platform.Store.Read(binding.Plan!, rows, block);
        if (error is not null) platform.Reads.Refused(ReadTransport.Scoring);
        return error;
    }

    /// <summary>Counts what a binding's plan brought.</summary>
    /// <param name="took">On the clock of timings.</param>
    internal void Count(EntityBinding binding, FeatureBlock block, long took)
    {
        platform!.Reads.Took(ReadTransport.Scoring, block.Rows, time.GetElapsedTime(0, took));
        binding.Counters!.Count(block);
    }
}
