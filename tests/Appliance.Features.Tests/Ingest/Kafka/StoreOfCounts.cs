using Appliance.Features.Ingest;

namespace Appliance.Features.Tests.Ingest.Kafka;

/// <summary>How often each event was applied, with checkpoints of counts and positions together: the last two are kept, as by the store.</summary>
internal sealed class StoreOfCounts
{
    private readonly List<(Dictionary<int, int> Counts, byte[] Positions)> _kept = [([], new StreamPositions().ToBytes())];
    private StreamPositions _positions = new();

    public Dictionary<int, int> Counts { get; private set; } = [];

    public void Apply(PagedEvent read)
    {
        var number = KafkaBed.Number(read);
        Counts[number] = Counts.GetValueOrDefault(number) + 1;
        _positions.Set(read.Partition, read.Next);
    }

    /// <summary>Takes a checkpoint; returns the positions of the oldest that is kept.</summary>
    public StreamPositions Checkpoint()
    {
        _kept.Add((new(Counts), _positions.ToBytes()));
        if (_kept.Count > 2) _kept.RemoveAt(0);
        return Parse(_kept[0].Positions);
    }

    /// <summary>What a restart finds.</summary>
    public StreamPositions Recover()
    {
        Counts = new(_kept[^1].Counts);
        return _positions = Parse(_kept[^1].Positions);
    }

    public void LoseNewest() => _kept.RemoveAt(_kept.Count - 1);

    private static StreamPositions Parse(byte[] bytes)
    {
        Assert.True(StreamPositions.TryParse(bytes, out var positions));
        return positions;
    }
}
