namespace Appliance.Features.Ingest.Kafka;

/// <summary>A dead letter on its way to the topic; its memory is its own.</summary>
internal sealed record KafkaLetter(PagedEvent Refused, RefusalReason Reason, string Refusal);
