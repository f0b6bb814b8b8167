using Lake.Manifests;
using Lake.Metadata;

namespace Lake.Scan;

/// <summary>Delete files of a snapshot, found by the data file they may be about. Filled by one thread, then read.</summary>
internal sealed class DeleteIndex(TableMetadata metadata)
{
    private readonly Dictionary<string, List<ManifestEntry>> _byFile = new(StringComparer.Ordinal);
    private readonly Dictionary<(int SpecId, PartitionTuple Partition), List<ManifestEntry>> _byPartition = [];
    private readonly List<ManifestEntry> _everywhere = [];

    public void Add(ManifestEntry deletes)
    {
        var file = deletes.File;
        if (file.Content == FileContent.PositionDeletes && PositionDeletes.OnlyFile(file) is { } path) At(_byFile, path).Add(deletes);
        // An equality delete of an unpartitioned spec is about all data files.
        else if (file.Content == FileContent.EqualityDeletes && metadata.Spec(file.SpecId).IsUnpartitioned) _everywhere.Add(deletes);
        else At(_byPartition, (file.SpecId, file.Partition)).Add(deletes);
    }

    /// <summary>Deletes that apply: position deletes of the same commit or a later one, equality deletes of a later one.</summary>
    public IReadOnlyList<DataFile> For(ManifestEntry data)
    {
        List<DataFile>? found = null;
        if (_byFile.TryGetValue(data.File.Path, out var own)) Take(own, data, ref found);
        if (_byPartition.TryGetValue((data.File.SpecId, data.File.Partition), out var near)) Take(near, data, ref found);
        Take(_everywhere, data, ref found);
        return found ?? (IReadOnlyList<DataFile>)[];
    }

    private static void Take(List<ManifestEntry> deletes, ManifestEntry data, ref List<DataFile>? found)
    {
        foreach (var entry in deletes)
        {
            var isLater = entry.File.Content == FileContent.EqualityDeletes ? entry.SequenceNumber > data.SequenceNumber : entry.SequenceNumber >= data.SequenceNumber;
            if (isLater && (entry.File.Content != FileContent.PositionDeletes || PositionDeletes.MayName(entry.File, data.File.Path))) (found ??= []).Add(entry.File);
        }
    }

    private static List<ManifestEntry> At<TKey>(Dictionary<TKey, List<ManifestEntry>> map, TKey key)
        where TKey : notnull
    {
        if (!map.TryGetValue(key, out var list)) map[key] = list = [];
        return list;
    }
}
