// Hot path: every message passes here once.
using FeatureModel.Events;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// Turns a message into an event of a page: the JSON of exactly one event, else a refusal. What comes of a message depends on the message alone, so
/// that reading it again gives the same record. Owned by one thread.
/// </summary>
internal sealed class KafkaMessageDecoder(EventLimits limits)
{
    private byte[] _record = new byte[4096];

    /// <summary>Adds the message to the page.</summary>
    /// <param name="page">Gets a copy of the record; a refused value is kept as it is.</param>
    /// <param name="partition">The partition's name.</param>
    /// <param name="offset">The message's offset.</param>
    /// <param name="value">Null for a tombstone.</param>
    /// <param name="brokerTime">The message's timestamp in microseconds since 1970; null where the topic has none.</param>
    public void Decode(EventPage page, string partition, long offset, byte[]? value, long? brokerTime)
    {
        if (value is null || value.Length == 0)
        {
            page.Add(new PagedEvent(partition, offset, offset + 1, default, value is null ? "value is null; a message must hold one event" : "value is empty; a message must hold one event"));
            return;
        }
        if (TryRead(value, brokerTime ?? 0, out var length) is { } refusal)
        {
            page.Add(new PagedEvent(partition, offset, offset + 1, default, refusal, value));
            return;
        }
        var record = _record.AsSpan(0, length);
        // A message without a timestamp was read when it says that it happened: the clock would say otherwise at the next reading.
        if (brokerTime is null && EventRecord.TryParse(record, out var parsed)) EventRecord.SetIngestTime(record, parsed.EventTime);
        page.Add(new PagedEvent(partition, offset, offset + 1, page.Keep(record)));
    }

    // Null, or why the value is not one event.
    private string? TryRead(ReadOnlySpan<byte> value, long ingestTime, out int length)
    {
        length = 0;
        using var reader = new EventJsonReader(value, limits, ingestTime);
        while (true)
        {
            switch (reader.Read(_record.AsSpan(length), out var written))
            {
                case EventReadStatus.Record when length > 0:
                    return "value holds more than one event; a message must hold one";
                case EventReadStatus.Record:
                    length = written;
                    break;
                case EventReadStatus.BufferTooSmall when length > 0:
                    return "value holds more than one event; a message must hold one";
                case EventReadStatus.BufferTooSmall:
                    _record = new byte[Math.Max(_record.Length * 2, reader.RequiredBytes)];
                    break;
                case EventReadStatus.End:
                    return length > 0 ? null : "value holds no event; a message must hold one";
                default:
                    return reader.Rejection!.ToString();
            }
        }
    }
}
