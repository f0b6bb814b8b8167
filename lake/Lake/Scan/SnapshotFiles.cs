using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;
using Lake.Values;

namespace Lake.Scan;

/// <summary>The files that a snapshot is made of, as its manifests list them, and what they add up to. Stateless.</summary>
public static class SnapshotFiles
{
    /// <summary>The living data and delete files of a snapshot; none for null.</summary>
    /// <exception cref="LakeFormatException">A manifest is damaged or gone; the message says what to do.</exception>
    public static Task<IReadOnlyList<ManifestEntry>> ListAsync(Table table, Snapshot? snapshot, CancellationToken cancellation) =>
        Damage.ToldAsync(table, () => ReadAsync(table, snapshot, cancellation), cancellation);

    private static async Task<IReadOnlyList<ManifestEntry>> ReadAsync(Table table, Snapshot? snapshot, CancellationToken cancellation)
    {
        var files = new List<ManifestEntry>();
        if (snapshot is null) return files;
        foreach (var manifest in await ManifestFiles.ListAsync(table.Storage, table.Metadata, snapshot, cancellation))
        {
            if (!manifest.HasAliveFiles) continue;
            files.AddRange((await ManifestFiles.EntriesAsync(table.Storage, table.Metadata, manifest, cancellation)).Where(e => e.IsAlive));
        }
        return files;
    }

    /// <summary>Sums by partition, in the order of their texts.</summary>
    public static IReadOnlyList<PartitionSum> Partitions(TableMetadata metadata, IEnumerable<ManifestEntry> files) =>
    [
        .. files.GroupBy(f => (f.File.SpecId, f.File.Partition)).Select(g => new PartitionSum(
            PartitionText(metadata, g.First().File),
            g.Key.SpecId,
            g.Where(f => f.File.Content == FileContent.Data).Sum(f => f.File.RecordCount),
            g.LongCount(f => f.File.Content == FileContent.Data),
            g.LongCount(f => f.File.Content != FileContent.Data),
            g.Sum(f => f.File.FileSizeInBytes))).OrderBy(p => p.Partition, StringComparer.Ordinal).ThenBy(p => p.SpecId),
    ];

    /// <summary>A file's partition as people read it: <c>shop=a, at_day=2025-01-01</c>; empty for none.</summary>
    public static string PartitionText(TableMetadata metadata, DataFile file)
    {
        var (spec, type) = (metadata.Spec(file.SpecId), metadata.PartitionType(file.SpecId));
        return string.Join(", ", spec.Fields.Select((f, i) => $"{f.Name}={(file.Partition.Values[i] is { } value ? Text(f.Transform, type.Fields[i].Type, value) : "null")}"));
    }

    private static string Text(Transform transform, IcebergType type, object value) => (transform.Kind, value) switch
    {
        (TransformKind.Year, int years) => FormattableString.Invariant($"{1970 + years}"),
        (TransformKind.Month, int months) => FormattableString.Invariant($"{1970 + ValueText.FloorDiv(months, 12)}-{months - (ValueText.FloorDiv(months, 12) * 12) + 1:00}"),
        (TransformKind.Day, int days) => ValueText.Write(PrimitiveType.Date, days),
        (TransformKind.Hour, int hours) => FormattableString.Invariant($"{ValueText.Write(PrimitiveType.Date, (int)ValueText.FloorDiv(hours, 24))}-{hours - (ValueText.FloorDiv(hours, 24) * 24):00}"),
        _ => type is PrimitiveType { Kind: not TypeKind.Unknown } primitive ? ValueText.Write(primitive, value) : FormattableString.Invariant($"{value}"),
    };
}
