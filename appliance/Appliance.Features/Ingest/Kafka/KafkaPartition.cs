namespace Appliance.Features.Ingest.Kafka;

/// <summary>One partition as its reader knows it. Owned by the thread that polls.</summary>
internal sealed class KafkaPartition(string topic, int number, long? next)
{
    /// <summary>Its name in stream positions: no topic's name has a '/'.</summary>
    public string Name { get; } = NameOf(topic, number);

    public string Topic => topic;

    public int Number => number;

    /// <summary>Offset behind the last message that was read; null where none ever was.</summary>
    public long? Next { get; set; } = next;

    /// <summary>Whether the group has given it to this appliance.</summary>
    public bool IsAssigned { get; set; }

    public static string NameOf(string topic, int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{topic}/{number}");
}
