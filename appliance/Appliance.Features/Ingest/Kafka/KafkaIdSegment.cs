namespace Appliance.Features.Ingest.Kafka;

/// <summary>What is known of one file of ids. Owned by the log.</summary>
internal sealed class KafkaIdSegment(int number)
{
    private readonly Dictionary<string, long> _last = [];

    public int Number => number;

    /// <summary>Ids in it that count.</summary>
    public int Count { get; private set; }

    public void Add(string partition, long position)
    {
        Count++;
        _last[partition] = Math.Max(position, _last.GetValueOrDefault(partition, -1));
    }

    /// <summary>Whether all of it lies before the positions.</summary>
    public bool IsBefore(StreamPositions positions) => _last.All(last => positions.Next(last.Key) > last.Value);

    public static string PathIn(string folder, int number) => Path.Combine(folder, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ids-{number:D8}.log"));
}
