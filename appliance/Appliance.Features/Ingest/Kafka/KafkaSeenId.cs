using FeatureModel.Events;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>An id as the log of ids holds it.</summary>
/// <param name="Id">The event's.</param>
/// <param name="Time">Of its message, in microseconds since 1970.</param>
/// <param name="Position">Its message's offset.</param>
/// <param name="Partition">Its partition's place among the names that the log knows.</param>
/// <param name="Segment">The number of the file that it lies in.</param>
internal readonly record struct KafkaSeenId(EventId Id, long Time, long Position, int Partition, int Segment);
