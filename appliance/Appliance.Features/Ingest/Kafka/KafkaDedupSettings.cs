namespace Appliance.Features.Ingest.Kafka;

/// <summary>How events that are sent twice are found.</summary>
/// <param name="Folder">Where the ids lie.</param>
/// <param name="Events">Newest ids that an event is compared with.</param>
/// <param name="Horizon">How far apart two messages with one id may be to count as one event.</param>
internal sealed record KafkaDedupSettings(string Folder, int Events, TimeSpan Horizon)
{
    /// <summary>Bytes of a file of ids. 8 MiB: a quarter of a million ids, an eighth of the default horizon.</summary>
    public long SegmentBytes { get; init; } = 8L << 20;
}
