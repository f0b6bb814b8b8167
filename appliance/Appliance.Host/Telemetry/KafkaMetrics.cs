using Appliance.Features.Ingest.Kafka;

namespace Appliance.Host.Telemetry;

/// <summary>The families about Kafka, where events come from there.</summary>
internal static class KafkaMetrics
{
    public static void Write(PrometheusWriter page, KafkaStatistics kafka)
    {
        page.Begin(FeatureMetricCatalog.KafkaLag);
        foreach (var (partition, events) in kafka.Lags) page.Sample(events, partition);
        page.Begin(FeatureMetricCatalog.KafkaRebalances);
        page.Sample(kafka.Assignments, "assigned");
        page.Sample(kafka.Revocations, "revoked");
        page.Sample(kafka.Rejoins, "rejoined");
        page.Begin(FeatureMetricCatalog.KafkaLetters);
        page.Sample(kafka.TopicLetters, "topic");
        page.Sample(kafka.FileLetters, "file");
        page.One(FeatureMetricCatalog.KafkaCommitFailures, kafka.FailedCommits);
    }
}
