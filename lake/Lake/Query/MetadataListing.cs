using System.Text.Json;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Types;

namespace Lake.Query;

/// <summary>What a table's metadata says, as rows of a file that queries read. Stateless.</summary>
internal static class MetadataListing
{
    private static readonly string[] Kinds = ["snapshots", "history", "refs", "files", "partitions"];

    /// <param name="table">The table.</param>
    /// <param name="what">Which of its listings.</param>
    /// <param name="request">The snapshot whose files are listed.</param>
    /// <param name="path">The file to write, on the local disk.</param>
    /// <param name="cancellation">Ends the reading.</param>
    /// <exception cref="QueryException">There is no such listing.</exception>
    public static async Task WriteAsync(Table table, string what, ScanRequest request, string path, CancellationToken cancellation)
    {
        var rows = what switch
        {
            "snapshots" => Snapshots(table.Metadata),
            "history" => History(table.Metadata),
            "refs" => Refs(table.Metadata),
            "files" => await FilesAsync(table, request, cancellation),
            "partitions" => await PartitionsAsync(table, request, cancellation),
            _ => throw new QueryException($"table '{table.Name.Name}${what}' is not there; a table has {string.Join(", ", Kinds.Select(k => '$' + k))}"),
        };
        using var writer = await ParquetDataWriter.CreateAsync(new LocalStorage(), path, rows.Schema, new ParquetOptions(), new Dictionary<int, MetricsMode>(), cancellation);
        using var batch = rows.ToBatch();
        writer.Write(batch);
        await writer.FinishAsync(cancellation);
    }

    private static ListedRows Snapshots(TableMetadata metadata)
    {
        var rows = new ListedRows(("committed_at", PrimitiveType.TimestampTz), ("snapshot_id", PrimitiveType.Long), ("parent_id", PrimitiveType.Long), ("sequence_number", PrimitiveType.Long),
            ("operation", PrimitiveType.String), ("manifest_list", PrimitiveType.String), ("summary", PrimitiveType.String));
        foreach (var s in metadata.Snapshots) rows.Add(s.TimestampMs * 1000, s.SnapshotId, s.ParentSnapshotId, s.SequenceNumber, s.Operation, s.ManifestList, JsonSerializer.Serialize(s.Summary));
        return rows;
    }

    private static ListedRows History(TableMetadata metadata)
    {
        var rows = new ListedRows(("made_current_at", PrimitiveType.TimestampTz), ("snapshot_id", PrimitiveType.Long), ("parent_id", PrimitiveType.Long), ("is_current_ancestor", PrimitiveType.Boolean));
        var ancestors = metadata.CurrentSnapshotId is { } id ? metadata.Ancestors(id).Select(s => s.SnapshotId).ToHashSet() : [];
        foreach (var entry in metadata.SnapshotLog) rows.Add(entry.TimestampMs * 1000, entry.SnapshotId, metadata.FindSnapshot(entry.SnapshotId)?.ParentSnapshotId, ancestors.Contains(entry.SnapshotId));
        return rows;
    }

    private static ListedRows Refs(TableMetadata metadata)
    {
        var rows = new ListedRows(("name", PrimitiveType.String), ("type", PrimitiveType.String), ("snapshot_id", PrimitiveType.Long),
            ("max_reference_age_in_ms", PrimitiveType.Long), ("min_snapshots_to_keep", PrimitiveType.Int), ("max_snapshot_age_in_ms", PrimitiveType.Long));
        foreach (var (name, r) in metadata.Refs.OrderBy(r => r.Key, StringComparer.Ordinal)) rows.Add(name, r.IsBranch ? "BRANCH" : "TAG", r.SnapshotId, r.MaxRefAgeMs, r.MinSnapshotsToKeep, r.MaxSnapshotAgeMs);
        return rows;
    }

    private static async Task<ListedRows> FilesAsync(Table table, ScanRequest request, CancellationToken cancellation)
    {
        var rows = new ListedRows(("content", PrimitiveType.Int), ("file_path", PrimitiveType.String), ("file_format", PrimitiveType.String), ("spec_id", PrimitiveType.Int), ("partition", PrimitiveType.String),
            ("record_count", PrimitiveType.Long), ("file_size_in_bytes", PrimitiveType.Long), ("sort_order_id", PrimitiveType.Int), ("sequence_number", PrimitiveType.Long));
        foreach (var entry in await SnapshotFiles.ListAsync(table, SnapshotChoice.Of(table.Metadata, request).Snapshot, cancellation))
        {
            var f = entry.File;
            rows.Add((int)f.Content, f.Path, f.Format, f.SpecId, SnapshotFiles.PartitionText(table.Metadata, f), f.RecordCount, f.FileSizeInBytes, f.SortOrderId, entry.SequenceNumber);
        }
        return rows;
    }

    private static async Task<ListedRows> PartitionsAsync(Table table, ScanRequest request, CancellationToken cancellation)
    {
        var rows = new ListedRows(("partition", PrimitiveType.String), ("spec_id", PrimitiveType.Int), ("record_count", PrimitiveType.Long),
            ("file_count", PrimitiveType.Long), ("total_size", PrimitiveType.Long), ("delete_file_count", PrimitiveType.Long));
        foreach (var p in SnapshotFiles.Partitions(table.Metadata, await SnapshotFiles.ListAsync(table, SnapshotChoice.Of(table.Metadata, request).Snapshot, cancellation)))
        {
            rows.Add(p.Partition, p.SpecId, p.Rows, p.Files, p.Bytes, p.DeleteFiles);
        }
        return rows;
    }
}
