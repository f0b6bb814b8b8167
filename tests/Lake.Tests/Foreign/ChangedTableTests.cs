using System.Text.Json;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Foreign;

public sealed class ChangedTableTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("file")]
    [InlineData("partition")]
    public async Task Icebird_reads_the_rows_that_position_deletes_and_rewrites_leave(string granularity)
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead, ("write.delete.granularity", granularity));
        for (var commit = 0; commit < 2; commit++)
        {
            var first = commit * 20;
            table = await table.AppendAsync([RowsBed.Rows([.. Enumerable.Range(first, 20).Select(i => ((long)i, i % 3 == 0 ? null : $"店 {i % 3}", (int?)i))])], LakeBed.Cancellation);
        }
        table = await table.DeleteAsync(Filter.In("id", 3, 4, 25, 26, 27), null, LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Less("amount", 3), null, LakeBed.Cancellation);
        table = await table.UpsertAsync([RowsBed.Rows((5, "店 9", -5), (100, "店 1", 100))], null, null, LakeBed.Cancellation);
        table = await table.OverwriteAsync(Filter.Greater("amount", 35), [RowsBed.Rows((101, "店 2", 0))], new RowChangeRequest { Mode = RowDeleteMode.CopyOnWrite }, LakeBed.Cancellation);
        Assert.NotEqual("0", table.Metadata.CurrentSnapshot!.Summary["total-position-deletes"]);
        await SameAsync(table);
    }

    [Fact]
    public async Task Icebird_reads_old_files_by_new_columns_and_partitions()
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, null, 2), (3, "c", null))], LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Rename("shop", "store").Widen("amount", PrimitiveType.Long).Add(null, "note", PrimitiveType.String).MoveFirst("note"), LakeBed.Cancellation);
        table = await table.ChangePartitionsAsync(p => p.Add("store", Transform.Identity).Add("id", Transform.Bucket(2)), LakeBed.Cancellation);
        table = await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, ["n", 4L, "d", 1L << 40], [null, 5L, null, 5L])], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.In("id", 1, 4), null, LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Drop("note"), LakeBed.Cancellation);
        await SameAsync(table);
    }

    [Fact]
    public async Task Icebird_reads_partitions_of_which_a_part_is_void()
    {
        var table = await _bed.CreateAsync(new PartitionSpec(0, [new PartitionField(3, 1000, "amount_null", Transform.Void), new PartitionField(2, 1001, "shop", Transform.Identity)]));
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", null), (3, "a", 3))], LakeBed.Cancellation);
        Assert.Equal("2", table.Metadata.CurrentSnapshot!.Summary["total-data-files"]);
        table = await table.DeleteAsync(Filter.Equal("shop", "b"), null, LakeBed.Cancellation);
        await SameAsync(table);
    }

    [Fact]
    public async Task Icebird_reads_the_rows_that_equality_deletes_leave_as_they_are_read_here()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2), (3, "a", 3), (4, "b", 4))], LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [2L], [9L]);
        table = await table.AppendAsync([RowsBed.Rows((2, "c", 20), (9, "c", 9))], LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [2, 3], PartitionTuple.Empty, ["a", 3], ["c", 20]);
        Assert.Equal([1L, 4, 9], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
        await SameAsync(table);
    }

    [Fact]
    public async Task Avsc_reads_the_manifest_of_position_deletes()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2))], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 2), null, LakeBed.Cancellation);
        var list = await ManifestFiles.ListAsync(table.Storage, table.Metadata, table.Metadata.CurrentSnapshot!, LakeBed.Cancellation);
        var lines = await ForeignReaders.ReadAvroAsync(list.Single(m => m.Content == ManifestContent.Deletes).Path);
        Assert.Equal("deletes", lines[0].GetProperty("meta").GetProperty("content").GetString());
        var file = lines[1].GetProperty("data_file");
        Assert.Equal(("1", "1", "a"), (file.GetProperty("content").GetString(), file.GetProperty("record_count").GetString(), file.GetProperty("partition").GetProperty("shop").GetString()));
        Assert.EndsWith(".parquet", file.GetProperty("referenced_data_file").GetString(), StringComparison.Ordinal);
        Assert.Equal(JsonValueKind.Null, file.GetProperty("sort_order_id").ValueKind);
    }

    private static async Task SameAsync(Table table)
    {
        var own = TableModel.Lines(await LakeBed.ReadAsync(table));
        Assert.NotEmpty(own);
        Assert.Equal(own, await ForeignTables.LinesAsync(table));
    }
}
