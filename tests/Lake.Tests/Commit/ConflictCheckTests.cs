using Lake.Commit;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Commit;

public sealed class ConflictCheckTests : IDisposable
{
    private readonly RowsBed _bed = new();

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_rewrite_fails_where_rows_of_its_files_were_deleted_since_however_often_manifests_were_merged(bool isMerged)
    {
        var table = await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead, properties: ("commit.manifest.min-count-to-merge", "2"));
        table = await AppendAsync(table, 1, 2);
        var change = await RewriteAsync(table);
        var others = await table.DeleteAsync(Filter.Equal("id", 1), null, LakeBed.Cancellation);
        // Merged with those of another delete, the first one's files are told as existing.
        if (isMerged) others = await (await AppendAsync(others, 8, 9)).DeleteAsync(Filter.Equal("id", 8), null, LakeBed.Cancellation);
        var error = await Assert.ThrowsAsync<CommitConflictException>(() => table.CommitAsync(change, LakeBed.Cancellation));
        Assert.Equal("rows of files that the change rewrites were deleted since it was worked out", error.Message);
        Assert.DoesNotContain(1, (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
    }

    [Fact]
    public async Task A_rewrite_holds_where_rows_of_other_files_were_deleted_since()
    {
        var table = await AppendAsync(await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead), 1, 2);
        var change = await RewriteAsync(table);
        var others = await (await AppendAsync(table, 8, 9)).DeleteAsync(Filter.Equal("id", 8), null, LakeBed.Cancellation);
        table = await table.CommitAsync(change, LakeBed.Cancellation);
        Assert.Equal([1L, 2, 9], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
    }

    [Fact]
    public async Task Deletes_by_position_fail_where_their_file_was_rewritten_since()
    {
        var table = await AppendAsync(await _bed.CreateAsync(mode: RowDeleteMode.MergeOnRead), 1, 2);
        var change = await new FilterDeletion(Filter.Equal("id", 1), [], RowChangeRequest.Default).WorkOutAsync(table, LakeBed.Cancellation);
        await AppendAsync(await table.CommitAsync(await RewriteAsync(table), LakeBed.Cancellation), 3);
        var error = await Assert.ThrowsAsync<CommitConflictException>(() => table.CommitAsync(change!, LakeBed.Cancellation));
        Assert.Equal($"{change!.MustStay.Single()}, whose rows the change deletes, was rewritten or removed since it was worked out", error.Message);
    }

    [Fact]
    public async Task Rows_that_were_only_rewritten_since_are_no_new_rows()
    {
        var table = await AppendAsync(await AppendAsync(await _bed.CreateAsync(), 1, 2), 5, 6);
        var change = await new FilterDeletion(Filter.Equal("amount", 2) | Filter.Equal("amount", 100), [], RowChangeRequest.Default).WorkOutAsync(table, LakeBed.Cancellation);
        var others = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = table.Metadata.CurrentSnapshotId };
        var other = (await TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("id", 5) }).PlanAsync(LakeBed.Cancellation)).Tasks.Single();
        await using (var writer = new TableWriter(table))
        {
            // Its bounds have 2 and 100 between them: an append of such a file would be a conflict.
            await writer.WriteAsync(RowsBed.Rows((5, "a", 1), (6, "a", 1000)), LakeBed.Cancellation);
            others.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        }
        others.Removed.Add(other.File);
        await table.CommitAsync(others, LakeBed.Cancellation);
        Assert.Equal([1L, 5, 6], (await RowsBed.ReadAsync(await table.CommitAsync(change!, LakeBed.Cancellation))).Select(r => r.Id));
    }

    [Fact]
    public async Task A_change_of_a_branch_that_was_dropped_since_fails()
    {
        var table = await AppendAsync(await _bed.CreateAsync(), 1);
        table = await Lake.Evolution.TableReferences.CreateBranchAsync(table, "audit", null, null, LakeBed.Cancellation);
        var change = await new FilterDeletion(Filter.Equal("id", 1), [], new RowChangeRequest { Branch = "audit" }).WorkOutAsync(table, LakeBed.Cancellation);
        await Lake.Evolution.TableReferences.DropReferenceAsync(table, "audit", LakeBed.Cancellation);
        await Assert.ThrowsAsync<LakeFormatException>(async () => await (await _bed.LoadAsync()).CommitAsync(change!, LakeBed.Cancellation));
    }

    private static Task<Table> AppendAsync(Table table, params int[] ids) => table.AppendAsync([RowsBed.Rows([.. ids.Select(i => ((long)i, (string?)"a", (int?)i))])], LakeBed.Cancellation);

    /// <summary>What a compaction commits: the rows of all files in one.</summary>
    private static async Task<TableChange> RewriteAsync(Table table)
    {
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = table.Metadata.CurrentSnapshotId, SequenceNumber = table.Metadata.LastSequenceNumber };
        await using var writer = new TableWriter(table);
        await writer.WriteAsync(RowsBed.Rows([.. await RowsBed.ReadAsync(table)]), LakeBed.Cancellation);
        change.Removed.AddRange((await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File));
        change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        return change;
    }
}
