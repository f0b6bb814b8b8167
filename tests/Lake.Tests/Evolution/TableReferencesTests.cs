using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Evolution;

public class TableReferencesTests : IDisposable
{
    private readonly RowsBed _bed;

    public TableReferencesTests()
        : this(new LocalPlace())
    {
    }

    private protected TableReferencesTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(RowDeleteMode.CopyOnWrite)]
    [InlineData(RowDeleteMode.MergeOnRead)]
    public async Task What_is_written_on_a_branch_is_seen_there_alone_until_main_moves_forward_to_it(RowDeleteMode mode)
    {
        var table = await AppendAsync(await _bed.CreateAsync(mode: mode), 1, 2);
        table = await table.CreateBranchAsync("audit", null, null, LakeBed.Cancellation);
        var request = new RowChangeRequest { Branch = "audit" };
        table = await table.AppendAsync(new[] { RowsBed.Rows((3, "b", 3)) }.ToAsync(), "audit", LakeBed.Cancellation);
        table = await table.DeleteAsync(Filter.Equal("id", 1), request, LakeBed.Cancellation);
        table = await table.UpsertAsync([RowsBed.Rows((2, "b", 20))], null, request, LakeBed.Cancellation);
        table = await table.OverwriteAsync(Filter.Equal("id", 3), [RowsBed.Rows((4, "b", 4))], request, LakeBed.Cancellation);
        Assert.Equal([1L, 2], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
        Assert.Equal([(2, "b", 20), (4, "b", 4)], await RowsBed.ReadAsync(table, new ScanRequest { Reference = "audit" }));
        table = await table.FastForwardAsync("main", "audit", LakeBed.Cancellation);
        Assert.Equal([(2, "b", 20), (4, "b", 4)], await RowsBed.ReadAsync(table));
        table = await (await AppendAsync(table, 9)).DropReferenceAsync("audit", LakeBed.Cancellation);
        Assert.Equal(["main"], table.Metadata.Refs.Keys);
        Assert.Equal([2L, 4, 9], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
    }

    [Fact]
    public async Task A_tag_stays_where_it_is_and_cannot_be_written()
    {
        var table = await AppendAsync(await _bed.CreateAsync(), 1);
        table = await table.CreateTagAsync("v1", null, new ReferenceRetention { MaxReferenceAge = TimeSpan.FromDays(30) }, LakeBed.Cancellation);
        table = await AppendAsync(table, 2);
        table = await table.ChangeSchemaAsync(s => s.Drop("amount").Add(null, "note", PrimitiveType.Int), LakeBed.Cancellation);
        Assert.Equal([[1L, "a", 1]], await LakeBed.ReadAsync(table, new ScanRequest { Reference = "v1" }));
        Assert.Equal(2_592_000_000L, (await _bed.LoadAsync()).Metadata.Refs["v1"].MaxRefAgeMs);
        var error = await Assert.ThrowsAsync<LakeFormatException>(() => table.DeleteAsync(Filter.All, new RowChangeRequest { Branch = "v1" }, LakeBed.Cancellation));
        Assert.Equal("branch is 'v1'; that is a tag, which commits cannot move", error.Message);
        table = await table.ReplaceReferenceAsync("v1", table.Metadata.CurrentSnapshotId!.Value, LakeBed.Cancellation);
        Assert.Equal((table.Metadata.CurrentSnapshotId!.Value, false, 2_592_000_000L), (table.Metadata.Refs["v1"].SnapshotId, table.Metadata.Refs["v1"].IsBranch, table.Metadata.Refs["v1"].MaxRefAgeMs));
    }

    [Fact]
    public async Task Main_goes_back_to_a_snapshot_or_a_time_and_on_from_there()
    {
        var table = await _bed.CreateAsync();
        var ids = new List<long>();
        for (var i = 1; i <= 3; i++)
        {
            table = await AppendAsync(table, i);
            ids.Add(table.Metadata.CurrentSnapshotId!.Value);
            _bed.Bed.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        table = await table.RollbackAsync(ids[1], LakeBed.Cancellation);
        Assert.Equal([1L, 2], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
        _bed.Bed.Clock.Advance(TimeSpan.FromMinutes(1));
        table = await AppendAsync(table, 9);
        Assert.Equal([1L, 2, 9], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
        // Snapshot 3 is no more of main's history, yet can be read.
        var error = await Assert.ThrowsAsync<TableShapeException>(() => table.RollbackAsync(ids[2], LakeBed.Cancellation));
        Assert.Equal($"snapshot id is {ids[2]}; the main branch has no such snapshot in its history", error.Message);
        Assert.Equal(3, (await RowsBed.ReadAsync(table, new ScanRequest { SnapshotId = ids[2] })).Count);
        table = await table.RollbackAsync(new DateTimeOffset(2025, 1, 1, 0, 0, 30, TimeSpan.Zero), LakeBed.Cancellation);
        Assert.Equal([1L], (await RowsBed.ReadAsync(table)).Select(r => r.Id));
        await Assert.ThrowsAsync<TableShapeException>(() => table.RollbackAsync(new DateTimeOffset(2024, 1, 1, 0, 0, 30, TimeSpan.Zero), LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_change_that_rests_on_what_main_went_back_from_is_made_anew()
    {
        var table = await AppendAsync(await AppendAsync(await _bed.CreateAsync(), 1), 2);
        var first = table.Metadata.Snapshots[0].SnapshotId;
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).RollbackAsync(first, LakeBed.Cancellation));
        table = await table.DeleteAsync(Filter.Equal("id", 2) | Filter.Equal("amount", 1), null, LakeBed.Cancellation);
        Assert.Empty(await RowsBed.ReadAsync(table));
        Assert.Equal(first, table.Metadata.CurrentSnapshot!.ParentSnapshotId);
    }

    [Fact]
    public async Task Names_and_retentions_that_cannot_be_are_refused()
    {
        var table = await _bed.CreateAsync();
        async Task Refused(Func<Task<Table>> act, string message) => Assert.Equal(message, (await Assert.ThrowsAsync<TableShapeException>(act)).Message);
        await Refused(() => table.CreateBranchAsync("audit", null, null, LakeBed.Cancellation), "the table has no snapshot yet; a reference must have one");
        table = await AppendAsync(table, 1);
        table = await table.CreateBranchAsync("audit", null, new ReferenceRetention { MinSnapshotsToKeep = 3, MaxSnapshotAge = TimeSpan.FromHours(1) }, LakeBed.Cancellation);
        Assert.Equal((3, 3_600_000L), (table.Metadata.Refs["audit"].MinSnapshotsToKeep, table.Metadata.Refs["audit"].MaxSnapshotAgeMs));
        await Refused(() => table.CreateTagAsync("audit", null, null, LakeBed.Cancellation), "reference is 'audit'; the table has one of that name");
        await Refused(() => table.CreateTagAsync("main", null, null, LakeBed.Cancellation), "reference is 'main'; that is the table's own branch");
        await Refused(() => table.CreateTagAsync("v1", 7, null, LakeBed.Cancellation), "snapshot id is 7; the table has no snapshot of that id");
        await Refused(() => table.CreateTagAsync("v1", null, new ReferenceRetention { MinSnapshotsToKeep = 1 }, LakeBed.Cancellation), "'v1' is a tag; it keeps its one snapshot, and MaxReferenceAge is all that it can have");
        await Refused(() => table.SetRetentionAsync("audit", new ReferenceRetention { MinSnapshotsToKeep = 0 }, LakeBed.Cancellation), "MinSnapshotsToKeep of 'audit' is 0; it must be 1 or above");
        await Refused(() => table.SetRetentionAsync("audit", new ReferenceRetention { MaxSnapshotAge = TimeSpan.Zero }, LakeBed.Cancellation), "MaxSnapshotAge of 'audit' is 00:00:00; it must be 1 ms or above");
        await Refused(() => table.SetRetentionAsync("main", new ReferenceRetention { MaxReferenceAge = TimeSpan.FromDays(1) }, LakeBed.Cancellation), "MaxReferenceAge is set for 'main'; the main branch never goes");
        await Refused(() => table.DropReferenceAsync("main", LakeBed.Cancellation), "the main branch cannot be dropped");
        await Refused(() => table.DropReferenceAsync("v9", LakeBed.Cancellation), "reference is 'v9'; the table has no branch or tag of that name");
        var (main, audit) = (await AppendAsync(table, 2), table.Metadata.Refs["audit"].SnapshotId);
        table = await main.AppendAsync(new[] { RowsBed.Rows((3, "b", 3)) }.ToAsync(), "audit", LakeBed.Cancellation);
        await Refused(() => table.FastForwardAsync("main", "audit", LakeBed.Cancellation), $"branch 'main' is at snapshot {table.Metadata.CurrentSnapshotId}, which is no ancestor of 'audit' at {table.Metadata.Refs["audit"].SnapshotId}; it cannot move forward to it");
        Assert.Equal(audit, table.Metadata.FindSnapshot(table.Metadata.Refs["audit"].SnapshotId)!.ParentSnapshotId);
    }

    private static Task<Table> AppendAsync(Table table, params int[] ids) => table.AppendAsync([RowsBed.Rows([.. ids.Select(i => ((long)i, (string?)"a", (int?)i))])], LakeBed.Cancellation);
}
