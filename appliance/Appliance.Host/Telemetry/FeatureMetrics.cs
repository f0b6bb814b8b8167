using Appliance.Features;
using Appliance.Inference.Lifecycle;

namespace Appliance.Host.Telemetry;

/// <summary>The features' part of the page, in the order of their catalog. Thread-safe.</summary>
internal sealed class FeatureMetrics(FeaturePlatform platform, FeatureOptions options, TimeProvider time)
{
    public void Write(PrometheusWriter page, IReadOnlyList<ServingModel> models)
    {
        var now = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        JournalMetrics.Write(page, platform.Journal, now);
        IngestMetrics.Write(page, platform, now);
        if (platform.Statistics.Kafka is { } kafka) KafkaMetrics.Write(page, kafka);
        StoreMetrics.Write(page, platform.Table, options.Store.MemoryBytes);
        RegistryMetrics.Write(page, platform.Registry);
        ReadMetrics.Write(page, platform);
        FreshnessMetrics.Write(page, platform, now);
        ServedFeatureMetrics.Write(page, models);
        VerificationMetrics.Write(page, platform);
    }
}
