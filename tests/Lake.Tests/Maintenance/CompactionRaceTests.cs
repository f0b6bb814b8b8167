using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Maintenance;

/// <summary>Compactions whose swap others come before.</summary>
public class CompactionRaceTests : IDisposable
{
    private static readonly CompactionRequest Small = new() { MinInputFiles = 2 };

    private readonly RowsBed _bed;

    public CompactionRaceTests()
        : this(new LocalPlace())
    {
    }

    private protected CompactionRaceTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_equality_delete_that_comes_between_still_deletes_its_rows_afterwards(bool isPartitioned)
    {
        // The race of apache/iceberg 10312: the rewrite has the older number, and no file that was there is left that the delete is about.
        var table = await FilledAsync(RowDeleteMode.CopyOnWrite, isPartitioned ? RowsBed.ByShop : null);
        Race(async others =>
        {
            others = await EqualityDeleteFiles.CommitAsync(others, [1], isPartitioned ? new PartitionTuple(["a"]) : PartitionTuple.Empty, [2L]);
            await others.AppendAsync([RowsBed.Rows((4, "a", 4))], LakeBed.Cancellation);
        });
        var report = await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        Assert.Equal((3, 1, 0, 0), (report.FilesRewritten, report.FilesAdded, report.Conflicts, report.DeleteFilesRemoved));
        Assert.Equal([1L, 3, 4], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
        // The next run applies it, and then it goes.
        report = await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        Assert.Equal(1, report.DeleteFilesRemoved);
        Assert.Equal([1L, 3, 4], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
    }

    [Fact]
    public async Task Files_whose_rows_a_position_delete_took_meanwhile_are_left_for_the_next_run()
    {
        var table = await (await FilledAsync(RowDeleteMode.MergeOnRead)).AppendAsync([RowsBed.Rows((4, "a", 4), (5, "a", 5))], LakeBed.Cancellation);
        Race(others => others.DeleteAsync(Filter.Equal("id", 4), null, LakeBed.Cancellation));
        var report = await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        Assert.Equal((0, 1), (report.FilesRewritten, report.Conflicts));
        Assert.Equal([1L, 2, 3, 5], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
        // What was written for nothing is gone.
        Assert.Equal(5, await _bed.ParquetFilesAsync());
        Assert.Equal(4, (await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation)).FilesRewritten);
        Assert.Equal([1L, 2, 3, 5], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
    }

    [Fact]
    public async Task An_equality_delete_that_would_reach_other_rows_after_a_change_of_spec_is_a_conflict()
    {
        var table = await (await FilledAsync(RowDeleteMode.CopyOnWrite)).ChangePartitionsAsync(p => p.Add("shop", Transform.Identity), LakeBed.Cancellation);
        // A delete of the new spec's partition is about no row of the old files; were they rewritten by the new spec with their old number, it would be.
        Race(others => EqualityDeleteFiles.CommitAsync(others, [1], new PartitionTuple(["a"]), [1L]));
        Assert.Equal(1, (await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation)).Conflicts);
        Assert.Equal([1L, 2, 3], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
        // Worked out on the delete, the rows are newer than it.
        Assert.Equal(3, (await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation)).FilesRewritten);
        Assert.Equal([1L, 2, 3], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
    }

    [Fact]
    public async Task Deletes_are_not_dropped_where_rows_of_an_older_number_came_meanwhile()
    {
        var table = await FilledAsync(RowDeleteMode.CopyOnWrite);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [2L]);
        table = await table.AppendAsync([RowsBed.Rows((4, "a", 4))], LakeBed.Cancellation);
        // All older rows go, so that the delete is about nothing; while it is dropped, they come back under the number that they had, as another engine's compaction may bring them.
        var old = (await FilesAsync()).Where(f => f.SequenceNumber < 4).ToList();
        var gone = new Lake.Commit.TableChange { Operation = SnapshotOperation.Delete };
        gone.Removed.AddRange(old.Select(f => f.File));
        table = await table.CommitAsync(gone, LakeBed.Cancellation);
        Race(async others =>
        {
            var back = new Lake.Commit.TableChange { Operation = SnapshotOperation.Replace, SequenceNumber = 3 };
            back.Added.AddRange(old.Select(f => f.File));
            await others.CommitAsync(back, LakeBed.Cancellation);
        });
        var report = await new Compaction(table).RunAsync(new CompactionRequest(), null, LakeBed.Cancellation);
        Assert.Equal((1, 0), (report.Conflicts, report.DeleteFilesRemoved));
        Assert.Equal([1L, 3, 4], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
    }

    [Fact]
    public async Task Groups_that_others_outran_do_not_keep_the_rest_from_being_committed()
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead);
        for (var i = 0; i < 2; i++) table = await table.AppendAsync([RowsBed.Rows((i, "a", i), (10 + i, "b", i), (20 + i, "c", i))], LakeBed.Cancellation);
        var request = Small with { MaxCommits = 3, Parallelism = 1 };
        var second = (await new Compaction(table).PlanAsync(request, LakeBed.Cancellation)).Bins[1].Files[0].File;
        Race(others => others.DeleteAsync(Filter.Equal("shop", (string)second.Partition.Values[0]!) & Filter.Equal("amount", 0), new RowChangeRequest { Mode = RowDeleteMode.CopyOnWrite }, LakeBed.Cancellation));
        var report = await new Compaction(table).RunAsync(request, null, LakeBed.Cancellation);
        Assert.Equal((4, 1, 2), (report.FilesRewritten, report.Conflicts, report.SnapshotIds.Count));
        Assert.Equal(5, (await RowsBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task An_upsert_beside_a_compaction_leaves_each_key_once()
    {
        var table = await FilledAsync(RowDeleteMode.MergeOnRead);
        Race(others => others.UpsertAsync([RowsBed.Rows((2, "b", 20), (9, "b", 9))], null, null, LakeBed.Cancellation));
        await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        Assert.Equal([(1L, "a", 1), (2L, "b", 20), (3L, "a", 3), (9L, "b", 9)], await RowsBed.ReadAsync(await _bed.LoadAsync()));
    }

    // Three files of a row each.
    private async Task<Table> FilledAsync(RowDeleteMode mode, PartitionSpec? spec = null)
    {
        var table = await _bed.CreateAsync(spec, mode);
        for (var i = 1; i <= 3; i++) table = await table.AppendAsync([RowsBed.Rows((i, "a", i))], LakeBed.Cancellation);
        return table;
    }

    private void Race(Func<Table, Task> others) => _bed.Racing.BeforeSwap.Enqueue(async () => await others(await _bed.OthersAsync()));

    private async Task<IReadOnlyList<FileScanTask>> FilesAsync() => (await TableScan.Of(await _bed.LoadAsync(), new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks;
}
