using FeatureModel.Events;
using Microsoft.Extensions.Logging;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>What the platform takes in place of the journal's source and beside the files of dead letters where Kafka is on.</summary>
internal static class KafkaIngest
{
    public static IFeatureEventSource OpenSource(KafkaOptions options, FeaturePlatformOptions platform, IngestStatistics statistics, ILoggerFactory logs)
    {
        var dedup = new KafkaDedupSettings(Path.Combine(platform.Features.Folder, "kafka-ids"), platform.Journal.DedupEvents, platform.Journal.DedupHorizon);
        statistics.Kafka = new KafkaStatistics();
        var source = new KafkaEventSource(options, EventLimits.Default, logs.CreateLogger<KafkaEventSource>()) { Statistics = statistics.Kafka };
        return new KafkaDedupSource(source, dedup, statistics, logs.CreateLogger<KafkaDedupSource>());
    }

    /// <summary>Null where no topic is set: the files are enough.</summary>
    public static KafkaDeadLetters? OpenDeadLetters(KafkaOptions options, IDeadLetters files, KafkaStatistics statistics, ILoggerFactory logs) =>
        options.DeadLetterTopic.Length == 0 ? null : new KafkaDeadLetters(options, files, logs.CreateLogger<KafkaDeadLetters>()) { Statistics = statistics };
}
