using Lake.Commit;
using Lake.Files.Parquet;
using Lake.Keys;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Tests.Tables;

/// <summary>What a streaming engine writes: values of the rows to delete, cut down to the columns that are compared.</summary>
internal static class EqualityDeleteFiles
{
    /// <param name="table">The table.</param>
    /// <param name="ids">Fields to compare.</param>
    /// <param name="partition">Where the deletes apply, by the table's own spec.</param>
    /// <param name="rows">A value a column that the fields stand in.</param>
    public static async Task<DataFile> WriteAsync(Table table, int[] ids, PartitionTuple partition, params object?[][] rows)
    {
        var columns = KeyColumns.Of(table.Metadata, table.Schema, ids);
        var location = $"{table.Metadata.Location}/data/{Guid.NewGuid():D}-eq.parquet";
        using var writer = await ParquetDataWriter.CreateAsync(table.Storage, location, new TableSchema(0, columns), new ParquetOptions(), new Dictionary<int, MetricsMode>(), LakeBed.Cancellation);
        writer.Write(LakeBed.Rows(columns, rows));
        return await writer.FinishAsync(LakeBed.Cancellation) with { Content = FileContent.EqualityDeletes, EqualityIds = ids, SpecId = table.Metadata.DefaultSpecId, Partition = partition };
    }

    /// <inheritdoc cref="WriteAsync"/>
    public static async Task<Table> CommitAsync(Table table, int[] ids, PartitionTuple partition, params object?[][] rows)
    {
        var change = new TableChange { Operation = SnapshotOperation.Delete };
        change.Added.Add(await WriteAsync(table, ids, partition, rows));
        return await table.CommitAsync(change, LakeBed.Cancellation);
    }
}
