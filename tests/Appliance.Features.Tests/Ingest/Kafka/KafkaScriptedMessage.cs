namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>One message: its event's number, which is the event's id, and the broker's time in microseconds.</summary>
internal readonly record struct KafkaScriptedMessage(int Number, long Time);
