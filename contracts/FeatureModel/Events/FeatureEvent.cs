using System.Buffers;
using System.Text;

namespace FeatureModel.Events;

/// <summary>
/// One event as an object, for where events are few: what happened (source, type), to whom (entity), when, and its data. A pushed row is
/// an event of type "row" whose data are the row's columns. Immutable. Where events are many, <see cref="EventRecord"/> is read in place.
/// </summary>
public sealed class FeatureEvent
{
    /// <summary>As the sender gave it; null: derived from the rest.</summary>
    public string? Id { get; init; }

    public required string Source { get; init; }

    public required string Type { get; init; }

    /// <summary>The join keys, in any order, no name twice.</summary>
    public required IReadOnlyList<EventEntity> Entity { get; init; }

    /// <summary>Microseconds since 1970 UTC.</summary>
    public required long EventTime { get; init; }

    /// <summary>When its row was made, in microseconds since 1970 UTC; settles equal event times.</summary>
    public long? CreatedTime { get; init; }

    /// <summary>A JSON object, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Data { get; init; }

    public static FeatureEvent FromRecord(EventRecord record)
    {
        var entity = new List<EventEntity>(record.EntityKeyCount);
        foreach (var key in record.Entity) entity.Add(key.ToEntity());
        return new FeatureEvent
        {
            Id = record.HasGivenId ? Encoding.UTF8.GetString(record.GivenId) : null,
            Source = Encoding.UTF8.GetString(record.Source),
            Type = Encoding.UTF8.GetString(record.Type),
            Entity = entity,
            EventTime = record.EventTime,
            CreatedTime = record.HasCreatedTime ? record.CreatedTime : null,
            Data = record.Data.ToArray(),
        };
    }

    /// <summary>Its binary form. The names and texts keep the limits of <see cref="EventLimits"/>, else this throws.</summary>
    /// <param name="ingestTime">Microseconds since 1970 UTC.</param>
    public byte[] ToRecord(long ingestTime)
    {
        var section = ArrayPool<byte>.Shared.Rent(Entity.Sum(SizeOf));
        try
        {
            var keys = new EventEntitySection(section);
            foreach (var key in Entity)
            {
                var name = Encoding.UTF8.GetBytes(key.Name);
                var added = key.Text is null ? keys.TryAdd(name, key.Number) : keys.TryAdd(name, Encoding.UTF8.GetBytes(key.Text));
                if (!added) throw new ArgumentException($"entity has '{key.Name}' twice; each join key may stand once.");
            }
            var parts = new EventParts
            {
                IngestTime = ingestTime,
                EventTime = EventTime,
                CreatedTime = CreatedTime,
                Source = Encoding.UTF8.GetBytes(Source),
                GivenId = Encoding.UTF8.GetBytes(Id ?? ""),
                Type = Encoding.UTF8.GetBytes(Type),
                Entity = keys.Bytes,
                EntityKeyCount = keys.Count,
                Data = Data.Span,
            };
            var record = new byte[parts.Size];
            parts.WriteTo(record);
            return record;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(section);
        }
    }

    private static int SizeOf(EventEntity key)
    {
        var name = Encoding.UTF8.GetByteCount(key.Name);
        return key.Text is null ? EventEntitySection.SizeOf(name) : EventEntitySection.SizeOf(name, Encoding.UTF8.GetByteCount(key.Text));
    }
}
