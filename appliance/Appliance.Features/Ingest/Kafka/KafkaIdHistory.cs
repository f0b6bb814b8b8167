using System.Runtime.InteropServices;

namespace Appliance.Features.Ingest.Kafka;

/// <summary>
/// The ids that a folder's files hold, in the order in which they were read, without those behind the position that reading began from at each start:
/// what came after a store checkpoint and was lost with it is no memory of that store. Built once, at a start; not thread-safe.
/// </summary>
internal sealed class KafkaIdHistory
{
    private readonly List<KafkaSeenId> _ids = [];
    private readonly List<string> _partitions = [];
    private readonly Dictionary<string, int> _numbers = [];

    // The greatest offset of each partition: where none lies behind a start, nothing is to be dropped there.
    private readonly List<long> _last = [];

    public ReadOnlySpan<KafkaSeenId> Ids => CollectionsMarshal.AsSpan(_ids);

    public string NameOf(in KafkaSeenId id) => _partitions[id.Partition];

    /// <summary>Reads a file's blocks as far as they are whole; what a crash tore was of no checkpoint.</summary>
    public void Read(ReadOnlySpan<byte> file, int segment)
    {
        while (KafkaIdBlock.TryTake(ref file, out var kind, out var content))
        {
            if (kind == KafkaIdBlock.Start && StreamPositions.TryParse(content, out var from)) DropBehind(from);
            if (kind == KafkaIdBlock.Ids) Add(content, segment);
        }
    }

    /// <summary>Drops what lies behind the positions.</summary>
    public void DropBehind(StreamPositions from)
    {
        var limits = new long[_partitions.Count];
        var drops = false;
        for (var i = 0; i < limits.Length; i++)
        {
            limits[i] = from.Next(_partitions[i]) ?? 0;
            drops |= _last[i] >= limits[i];
            _last[i] = Math.Min(_last[i], limits[i] - 1);
        }
        if (drops) _ids.RemoveAll(id => id.Position >= limits[id.Partition]);
    }

    private void Add(ReadOnlySpan<byte> content, int segment)
    {
        var ids = KafkaIdBlock.ReadIds(content, out var name);
        if (!_numbers.TryGetValue(name, out var partition))
        {
            partition = _partitions.Count;
            _numbers.Add(name, partition);
            _partitions.Add(name);
            _last.Add(-1);
        }
        for (; ids.Length >= KafkaIdBlock.IdBytes; ids = ids[KafkaIdBlock.IdBytes..]) _ids.Add(KafkaIdBlock.ReadId(ids, partition, segment));
        if (_ids.Count > 0) _last[partition] = Math.Max(_last[partition], _ids[^1].Position);
    }
}
