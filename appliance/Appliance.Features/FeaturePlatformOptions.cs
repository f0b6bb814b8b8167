using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Journal;
using Appliance.Features.Store;

namespace Appliance.Features;

/// <summary>The settings of all parts of the features.</summary>
/// <param name="Features">Folder and limits.</param>
/// <param name="Store">The online store; its folder is set from <paramref name="Features"/>.</param>
/// <param name="Journal">The journal; its folder likewise.</param>
/// <param name="Ingest">Applying events.</param>
/// <param name="Kafka">Kafka as the event source in place of the journal; null, or without brokers: the journal.</param>
public sealed record FeaturePlatformOptions(FeatureOptions Features, StoreOptions Store, JournalOptions Journal, IngestOptions Ingest, KafkaOptions? Kafka = null);
