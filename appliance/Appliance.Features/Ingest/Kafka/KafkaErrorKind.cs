namespace Appliance.Features.Ingest.Kafka;

/// <summary>What a broker's or client's error means for reading.</summary>
internal enum KafkaErrorKind : byte
{
    /// <summary>It passes, or somebody ends it; the client tries again by itself, with growing pauses.</summary>
    Transient,

    /// <summary>The position of a partition is not in the topic.</summary>
    PositionGone,

    /// <summary>Trying again does not help.</summary>
    Fatal,
}
