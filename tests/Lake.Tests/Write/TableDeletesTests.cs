using Lake.Commit;
using Lake.Expressions;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Write;

public class TableDeletesTests : IDisposable
{
    private readonly RowsBed _bed;

    public TableDeletesTests()
        : this(new LocalPlace())
    {
    }

    private protected TableDeletesTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_filter_that_holds_for_whole_files_deletes_them_without_reading_one()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "b", 3))], LakeBed.Cancellation);
        // A file that cannot be read is no hindrance to its deletion.
        var plan = await TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("shop", "a") }).PlanAsync(LakeBed.Cancellation);
        await _bed.Bed.Place.DeleteAsync(plan.Tasks.Single().File.Path);
        table = await table.DeleteAsync(Filter.Equal("shop", "a"), null, LakeBed.Cancellation);
        Assert.Equal([(3, "b", 3)], await RowsBed.ReadAsync(table));
        var summary = table.Metadata.CurrentSnapshot!.Summary;
        Assert.Equal(("delete", "1", "2", "1"), (summary["operation"], summary["deleted-data-files"], summary["deleted-records"], summary["total-records"]));
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite, "overwrite", 1, 0)]
    [InlineData(RowDeleteMode.MergeOnRead, "delete", 1, 1)]
    public async Task Some_rows_of_a_file_go_by_the_mode_and_those_that_null_makes_unknown_stay(RowDeleteMode mode, string operation, int dataFiles, int deleteFiles)
    {
        var table = await _bed.CreateAsync(mode: mode);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", null), (3, null, 3), (4, "a", 9))], LakeBed.Cancellation);
        table = await table.DeleteAsync(!Filter.Less("amount", 9) | Filter.Equal("shop", "b") & Filter.Greater("amount", 0), null, LakeBed.Cancellation);
        Assert.Equal([(1, "a", 1), (2, "b", null), (3, null, 3)], await RowsBed.ReadAsync(table));
        var summary = table.Metadata.CurrentSnapshot!.Summary;
        Assert.Equal((operation, $"{dataFiles}", $"{deleteFiles}"), (summary["operation"], summary["total-data-files"], summary["total-delete-files"]));
        Assert.Equal([(1, "a", 1), (2, "b", null), (3, null, 3), (4, "a", 9)], await RowsBed.ReadAsync(table, new ScanRequest { SnapshotId = table.Metadata.CurrentSnapshot.ParentSnapshotId }));
    }

    [Fact]
    public async Task Deletes_of_several_commits_add_up_and_the_last_rows_take_the_file_and_its_deletes_along()
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "a", 3), (4, "a", 4))], LakeBed.Cancellation);
        foreach (var id in new[] { 2, 4, 1 }) table = await table.DeleteAsync(Filter.Equal("id", id), null, LakeBed.Cancellation);
        Assert.Equal([(3, "a", 3)], await RowsBed.ReadAsync(table));
        Assert.Equal("3", table.Metadata.CurrentSnapshot!.Summary["total-position-deletes"]);
        table = await table.DeleteAsync(Filter.In("id", 3, 4), null, LakeBed.Cancellation);
        var summary = table.Metadata.CurrentSnapshot!.Summary;
        Assert.Equal(("0", "0", "3"), (summary["total-data-files"], summary["total-delete-files"], summary["removed-position-deletes"]));
        Assert.Empty(await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task Rows_that_copy_on_write_keeps_lose_the_position_deletes_of_their_old_file()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "a", 3))], LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 1), new RowChangeRequest { Mode = RowDeleteMode.MergeOnRead, Properties = new Dictionary<string, string> { ["made-by"] = "a test" } }, LakeBed.Cancellation);
        Assert.Equal(("1", "a test"), (table.Metadata.CurrentSnapshot!.Summary["total-delete-files"], table.Metadata.CurrentSnapshot.Summary["made-by"]));
        table = await table.DeleteAsync(Filter.Equal("id", 2), null, LakeBed.Cancellation);
        Assert.Equal("0", table.Metadata.CurrentSnapshot!.Summary["total-delete-files"]);
        Assert.Equal([(3, "a", 3)], await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task A_filter_that_matches_no_row_makes_no_snapshot()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (3, "a", 3))], LakeBed.Cancellation);
        var same = await table.DeleteAsync(Filter.Equal("id", 2), null, LakeBed.Cancellation);
        Assert.Equal(table.Metadata.CurrentSnapshotId, same.Metadata.CurrentSnapshotId);
    }

    [Theory]
    [InlineData("serializable", 1)]
    [InlineData("snapshot", 2)]
    public async Task Rows_that_others_added_meanwhile_are_deleted_or_stay_by_the_isolation(string isolation, int left)
    {
        var table = await _bed.CreateAsync(properties: ("write.delete.isolation-level", isolation));
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "b", 2))], LakeBed.Cancellation);
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).AppendAsync([RowsBed.Rows((3, "a", 3))], LakeBed.Cancellation));
        table = await table.DeleteAsync(Filter.Equal("shop", "a"), null, LakeBed.Cancellation);
        Assert.Equal(left, (await RowsBed.ReadAsync(table)).Count);
        Assert.DoesNotContain((1, "a", 1), await RowsBed.ReadAsync(table));
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite, RowDeleteMode.MergeOnRead)]
    [InlineData(RowDeleteMode.MergeOnRead, RowDeleteMode.CopyOnWrite)]
    [InlineData(RowDeleteMode.MergeOnRead, RowDeleteMode.MergeOnRead)]
    [InlineData(RowDeleteMode.CopyOnWrite, RowDeleteMode.CopyOnWrite)]
    public async Task Deletes_of_the_same_file_at_once_both_hold_and_leave_no_file_of_a_lost_try(RowDeleteMode own, RowDeleteMode others)
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "a", 3))], LakeBed.Cancellation);
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).DeleteAsync(Filter.Equal("id", 1), new RowChangeRequest { Mode = others }, LakeBed.Cancellation));
        table = await table.DeleteAsync(Filter.Equal("id", 2), new RowChangeRequest { Mode = own }, LakeBed.Cancellation);
        Assert.Equal([(3, "a", 3)], await RowsBed.ReadAsync(table));
        Assert.Equal(3, table.Metadata.Snapshots.Count);
        Assert.Equal(3, await _bed.ParquetFilesAsync());
    }

    [Fact]
    public async Task Wrong_properties_and_branches_are_named()
    {
        var table = await _bed.CreateAsync(properties: [("write.delete.mode", "soft"), ("write.delete.isolation-level", "none")]);
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2))], LakeBed.Cancellation);
        Task<Table> Delete(RowChangeRequest? request) => table.DeleteAsync(Filter.Equal("id", 1), request, LakeBed.Cancellation);
        Assert.Equal("property write.delete.isolation-level is 'none'; it must be serializable or snapshot", (await Assert.ThrowsAsync<LakeFormatException>(() => Delete(null))).Message);
        Assert.Equal("property write.delete.mode is 'soft'; it must be copy-on-write or merge-on-read", (await Assert.ThrowsAsync<LakeFormatException>(() => Delete(new RowChangeRequest { Isolation = WriteIsolation.Snapshot }))).Message);
        Assert.Equal("branch is 'audit'; the table has no branch of that name", (await Assert.ThrowsAsync<LakeFormatException>(() => Delete(new RowChangeRequest { Mode = RowDeleteMode.CopyOnWrite, Isolation = WriteIsolation.Snapshot, Branch = "audit" }))).Message);
        Assert.Equal("filter column is 'ids'; the table has no column of that name", (await Assert.ThrowsAsync<FilterException>(() => table.DeleteAsync(Filter.Equal("ids", 1), new RowChangeRequest { Isolation = WriteIsolation.Snapshot }, LakeBed.Cancellation))).Message);
    }

    [Fact]
    public async Task A_delete_that_others_outrun_each_time_gives_up_and_leaves_nothing()
    {
        var table = await _bed.CreateAsync(properties: ("commit.retry.num-retries", "1"));
        table = await table.AppendAsync([RowsBed.Rows((1, "a", 1), (2, "a", 2))], LakeBed.Cancellation);
        for (var i = 0; i < 4; i++)
        {
            var id = 10 + i;
            _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).AppendAsync([RowsBed.Rows((id, "a", 1))], LakeBed.Cancellation));
        }
        var error = await Assert.ThrowsAsync<CommitConflictException>(() => table.DeleteAsync(Filter.Equal("amount", 1), null, LakeBed.Cancellation));
        Assert.Contains("added since", error.Message, StringComparison.Ordinal);
        var last = await _bed.LoadAsync();
        Assert.Equal((await RowsBed.ReadAsync(last)).Count - 1, await _bed.ParquetFilesAsync());
        Assert.Contains((1, "a", 1), await RowsBed.ReadAsync(last));
    }
}
