using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Scan;

public class IncrementalScanTests : IDisposable
{
    private readonly RowsBed _bed;

    public IncrementalScanTests()
        : this(new LocalPlace())
    {
    }

    private protected IncrementalScanTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Rows_added_after_a_snapshot_are_read_once_and_a_compaction_between_adds_none()
    {
        var table = await AppendAsync(await _bed.CreateAsync(properties: ("commit.manifest.min-count-to-merge", "2")), 1, 2);
        var first = table.Metadata.CurrentSnapshotId;
        table = await AppendAsync(table, 3);
        var second = table.Metadata.CurrentSnapshotId;
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = second, SequenceNumber = table.Metadata.LastSequenceNumber };
        await using (var writer = new TableWriter(table))
        {
            await writer.WriteAsync(RowsBed.Rows((1, "a", 1), (2, "a", 2), (3, "a", 3)), LakeBed.Cancellation);
            change.Removed.AddRange((await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File));
            change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        }
        table = await AppendAsync(await table.CommitAsync(change, LakeBed.Cancellation), 4, 5);
        Assert.Equal([1, 2, 3, 4, 5], await IdsAsync(table, new IncrementalRequest()));
        Assert.Equal([3, 4, 5], await IdsAsync(table, new IncrementalRequest { AfterSnapshotId = first }));
        Assert.Equal([3], await IdsAsync(table, new IncrementalRequest { AfterSnapshotId = first, UpToSnapshotId = second }));
        Assert.Equal([5], await IdsAsync(table, new IncrementalRequest { AfterSnapshotId = first, Filter = Filter.Greater("amount", 4) }));
        Assert.Empty(await IdsAsync(table, new IncrementalRequest { AfterSnapshotId = table.Metadata.CurrentSnapshotId }));
        Assert.Equal(table.Metadata.CurrentSnapshotId, IncrementalScan.Of(table, new IncrementalRequest { AfterSnapshotId = first }).LastSnapshotId);
        Assert.Empty(await IdsAsync(await _bed.Bed.CreateAsync(RowsBed.Schema, name: "shop.empty"), new IncrementalRequest()));
    }

    [Fact]
    public async Task Rows_are_told_in_the_columns_of_now_and_those_of_a_branch_on_request()
    {
        var table = await AppendAsync(await _bed.CreateAsync(), 1);
        var first = table.Metadata.CurrentSnapshotId;
        table = await table.CreateBranchAsync("audit", null, null, LakeBed.Cancellation);
        table = await table.AppendAsync(new[] { RowsBed.Rows((7, "b", 7)) }.ToAsync(), "audit", LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Rename("id", "number").Widen("amount", PrimitiveType.Long), LakeBed.Cancellation);
        var scan = IncrementalScan.Of(table, new IncrementalRequest { AfterSnapshotId = first, Branch = "audit" });
        Assert.Equal(["number", "shop", "amount"], scan.Columns.Select(c => c.Name));
        await foreach (var batch in scan.ReadAsync(LakeBed.Cancellation)) Assert.Equal(7L, ((Apache.Arrow.Int64Array)batch.Column(2)).Values[0]);
    }

    [Fact]
    public async Task A_snapshot_between_that_changed_rows_and_one_that_is_no_ancestor_are_named()
    {
        var table = await AppendAsync(await _bed.CreateAsync(), 1, 2);
        var first = table.Metadata.CurrentSnapshotId!.Value;
        table = await table.DeleteAsync(Filter.Equal("id", 1), null, LakeBed.Cancellation);
        var deleted = table.Metadata.CurrentSnapshotId!.Value;
        table = await AppendAsync(table, 3);
        string Error(IncrementalRequest request) => Assert.Throws<LakeFormatException>(() => IncrementalScan.Of(table, request)).Message;
        Assert.Equal($"snapshot {deleted} is of operation 'overwrite', which changes rows that were there; an incremental scan reads appends alone", Error(new IncrementalRequest { AfterSnapshotId = first }));
        Assert.Equal([3], await IdsAsync(table, new IncrementalRequest { AfterSnapshotId = deleted }));
        Assert.Equal($"snapshot id is 5; it is no ancestor of snapshot {table.Metadata.CurrentSnapshotId}, or those between were expired", Error(new IncrementalRequest { AfterSnapshotId = 5 }));
        Assert.Equal("last snapshot id is 5; the table has no snapshot of that id", Error(new IncrementalRequest { UpToSnapshotId = 5 }));
        table = await table.CommitAsync((_, builder) => builder.RemoveSnapshots(new HashSet<long> { first }), LakeBed.Cancellation);
        Assert.Equal($"snapshots before {deleted} were expired; an incremental scan must name the snapshot that was read last", Error(new IncrementalRequest()));
    }

    private static Task<Table> AppendAsync(Table table, params int[] ids) => table.AppendAsync([RowsBed.Rows([.. ids.Select(i => ((long)i, (string?)"a", (int?)i))])], LakeBed.Cancellation);

    private static async Task<List<int>> IdsAsync(Table table, IncrementalRequest request)
    {
        var ids = new List<int>();
        await foreach (var batch in IncrementalScan.Of(table, request with { Columns = ["id"] }).ReadAsync(LakeBed.Cancellation))
        {
            using (batch) ids.AddRange(((Apache.Arrow.Int64Array)batch.Column(0)).Values.ToArray().Select(i => (int)i));
        }
        return [.. ids.Order()];
    }
}
