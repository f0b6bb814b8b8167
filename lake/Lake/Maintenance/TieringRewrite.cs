using Lake.Commit;
using Lake.Expressions;
using Lake.Files.Parquet;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Write;

namespace Lake.Maintenance;

/// <summary>Writes data files anew in other tiers, one for one, and makes that a change of the table: the same rows in the same order, without those that were deleted. Used by one thread.</summary>
/// <param name="table">The table as the files were found in it.</param>
/// <param name="options">The tiers.</param>
/// <param name="folders">Where they are.</param>
internal sealed class TieringRewrite(Table table, TieringOptions options, TierFolders folders)
{
    private readonly FileRows _rows = new(table, table.Schema);

    /// <summary>The change. What was written is deleted where it fails.</summary>
    /// <param name="files">The files, with the time their rows were added, and the tier that each goes to.</param>
    /// <param name="restoredUntil">Until when files stay where they go; null for as long as the tiers say.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<TableChange> WorkOutAsync(IReadOnlyList<TieredFile> files, DateTimeOffset? restoredUntil, CancellationToken cancellation)
    {
        var head = table.Metadata.CurrentSnapshot!;
        // Deletes that came by then are applied; later ones still count.
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = head.SnapshotId, SequenceNumber = head.SequenceNumber };
        change.Properties["tiering"] = restoredUntil is null ? "move" : "restore";
        try
        {
            foreach (var file in files)
            {
                if (await WriteAsync(file, restoredUntil, cancellation) is { } moved) change.Added.Add(moved);
                RowDeletion.Remove(change, file.Task);
            }
            return change;
        }
        catch (Exception)
        {
            await UnusedFiles.DeleteAsync(table.Storage, change.Added.Select(f => f.Path));
            throw;
        }
    }

    // Null where all its rows are deleted.
    private async Task<DataFile?> WriteAsync(TieredFile file, DateTimeOffset? restoredUntil, CancellationToken cancellation)
    {
        var data = file.Task.File;
        var spec = table.Metadata.Spec(data.SpecId);
        var partition = PartitionPath.Of(spec, table.Metadata.PartitionType(data.SpecId), data.Partition);
        var folder = restoredUntil is { } until ? TieringNames.Folder(until) : "";
        var location = $"{folders.Of(file.To)}/{folder}{partition}{DataFileName.New(file.AddedMs)}";
        var write = WriteOptions.Of(table);
        (write.Parquet.Codec, write.Parquet.Level) = (options.Tiers[file.To].Codec, options.Tiers[file.To].Level);
        using var writer = await ParquetDataWriter.CreateAsync(table.Storage, location, table.Schema, write.Parquet, write.Metrics, cancellation);
        await foreach (var batch in _rows.TakeAsync(file.Task with { Filter = new BoundFilter.Constant(true) }, table.Schema.Fields, cancellation))
        {
            using (batch) writer.Write(batch);
        }
        if (writer.Rows == 0) return null;
        return (await writer.FinishAsync(cancellation)) with { SpecId = data.SpecId, Partition = data.Partition, SortOrderId = data.SortOrderId };
    }
}
