using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public class CompactionTests : IDisposable
{
    private static readonly CompactionRequest Small = new() { MinInputFiles = 2 };

    private readonly RowsBed _bed;

    public CompactionTests()
        : this(new LocalPlace())
    {
    }

    private protected CompactionTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Small_files_of_a_partition_become_one_and_a_second_run_finds_nothing()
    {
        var table = await FilledAsync(RowsBed.ByShop, RowDeleteMode.CopyOnWrite, 6);
        var steps = new List<MaintenanceProgress>();
        var plan = await new Compaction(table).PlanAsync(Small, LakeBed.Cancellation);
        Assert.Equal((2, 12), (plan.Bins.Count, plan.Files));
        Assert.Equal(6, (await _bed.LoadAsync()).Metadata.Snapshots.Count);
        var report = await new Compaction(table).RunAsync(Small with { Parallelism = 1 }, new Steps(steps), LakeBed.Cancellation);
        Assert.Equal((12, 2, 2, 0), (report.FilesRewritten, report.FilesAdded, report.SnapshotIds.Count, report.Conflicts));
        Assert.Equal(Enumerable.Range(1, 12).Select(i => (long)i), steps.Where(s => s is { Step: "rewriting files", Total: 12 }).Select(s => s.Done));
        table = await _bed.LoadAsync();
        Assert.Equal(SnapshotOperation.Replace, table.Metadata.CurrentSnapshot!.Operation);
        Assert.Equal(("2", "24", "0"), (table.Metadata.CurrentSnapshot.Summary["total-data-files"], table.Metadata.CurrentSnapshot.Summary["total-records"], table.Metadata.CurrentSnapshot.Summary["total-delete-files"]));
        await SameAsync(table, 24);
        Assert.Empty((await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation)).SnapshotIds);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("partition")]
    public async Task Rows_that_deletes_take_are_left_out_and_the_deletes_go(string granularity)
    {
        var table = await FilledAsync(RowsBed.ByShop, RowDeleteMode.MergeOnRead, 6, ("write.delete.granularity", granularity));
        table = await table.DeleteAsync(Filter.In("id", 0, 3, 5, 9), null, LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], new PartitionTuple(["b"]), [7L], [8L]);
        Assert.Equal(granularity == "file" ? "5" : "3", table.Metadata.CurrentSnapshot!.Summary["total-delete-files"]);
        var report = await new Compaction(table).RunAsync(Small, null, LakeBed.Cancellation);
        Assert.Equal(int.Parse(table.Metadata.CurrentSnapshot.Summary["total-delete-files"]), report.DeleteFilesRemoved);
        table = await _bed.LoadAsync();
        Assert.Equal(("19", "0", "0"), (table.Metadata.CurrentSnapshot!.Summary["total-records"], table.Metadata.CurrentSnapshot.Summary["total-position-deletes"], table.Metadata.CurrentSnapshot.Summary["total-equality-deletes"]));
        Assert.Equal(Enumerable.Range(0, 24).Except([0, 3, 5, 7, 9]).Select(i => (long)i), (await SameAsync(table, 19)).Select(r => r.Id));
    }

    [Fact]
    public async Task Deletes_that_are_still_about_a_file_stay()
    {
        var table = await FilledAsync(null, RowDeleteMode.MergeOnRead, 2, ("write.delete.granularity", "partition"));
        table = await table.DeleteAsync(Filter.In("id", 0, 4), null, LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [5L]);
        // One of the two files is rewritten, for the deletes; the other is kept out by the filter.
        var report = await new Compaction(table).RunAsync(new CompactionRequest { Filter = Filter.Less("id", 2), MaxDeleteFiles = 0 }, null, LakeBed.Cancellation);
        Assert.Equal((1, 0), (report.FilesRewritten, report.DeleteFilesRemoved));
        Assert.Equal([1L, 2, 3, 6, 7], (await SameAsync(await _bed.LoadAsync(), 5)).Select(r => r.Id));
    }

    [Fact]
    public async Task Files_of_an_old_spec_are_laid_by_the_new_one()
    {
        var table = await FilledAsync(null, RowDeleteMode.CopyOnWrite, 3);
        table = await table.ChangePartitionsAsync(p => p.Add("shop", Transform.Identity).Add("id", Transform.Bucket(2)), LakeBed.Cancellation);
        table = await table.ChangeSchemaAsync(s => s.Rename("amount", "price").Add(null, "note", Lake.Types.PrimitiveType.String), LakeBed.Cancellation);
        Assert.Equal(3, (await new Compaction(table).RunAsync(new CompactionRequest(), null, LakeBed.Cancellation)).FilesRewritten);
        table = await _bed.LoadAsync();
        var files = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks;
        Assert.All(files, f => Assert.Equal(table.Metadata.DefaultSpecId, f.File.SpecId));
        Assert.Equal(files.Count, files.Select(f => f.File.Partition).Distinct().Count());
        Assert.Equal(12, (await LakeBed.ReadAsync(table)).Count);
        Assert.Single((await TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("shop", "a") & Filter.Equal("id", 0) }).PlanAsync(LakeBed.Cancellation)).Tasks);
    }

    [Fact]
    public async Task A_file_that_is_too_large_becomes_several()
    {
        var table = await _bed.CreateAsync();
        table = await table.AppendAsync(Enumerable.Range(0, 4).Select(b => RowsBed.Rows([.. Enumerable.Range(b * 1000, 1000).Select(i => ((long)i, (string?)$"shop {i * 7919 % 4001}", (int?)i))])), LakeBed.Cancellation);
        var bytes = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Single().File.FileSizeInBytes;
        var report = await new Compaction(table).RunAsync(new CompactionRequest { Strategy = CompactionStrategy.Sort, SortBy = [new SortColumn("shop")], TargetFileBytes = bytes / 4, SortBytes = 1 << 20 }, null, LakeBed.Cancellation);
        Assert.Equal(1, report.FilesRewritten);
        Assert.InRange(report.FilesAdded, 1, 4);
        Assert.Equal(4000, (await RowsBed.ReadAsync(await _bed.LoadAsync())).Count);
    }

    [Fact]
    public async Task Sorting_makes_files_that_overlap_no_more_and_a_second_run_finds_nothing()
    {
        var table = await _bed.CreateAsync();
        for (var i = 0; i < 4; i++) table = await table.AppendAsync([RowsBed.Rows([.. Enumerable.Range(0, 50).Select(r => ((long)((r * 4) + i), (string?)"a", (int?)(r * 17 % 50)))])], LakeBed.Cancellation);
        table = await table.ChangeSortOrderAsync([new SortColumn("amount") { IsDescending = true }, new SortColumn("id")], LakeBed.Cancellation);
        var sort = new CompactionRequest { Strategy = CompactionStrategy.Sort };
        var report = await new Compaction(table).RunAsync(sort, null, LakeBed.Cancellation);
        Assert.Equal((4, 1), (report.FilesRewritten, report.FilesAdded));
        table = await _bed.LoadAsync();
        var rows = (await LakeBed.ReadAsync(table)).Select(r => ((long)r[0]!, (int)r[2]!)).ToList();
        Assert.Equal(rows.OrderByDescending(r => r.Item2).ThenBy(r => r.Item1), rows);
        Assert.Empty((await new Compaction(table).PlanAsync(sort, LakeBed.Cancellation)).Bins);
        await SameAsync(table, 200);
    }

    [Fact]
    public async Task A_branch_is_compacted_by_itself()
    {
        var table = await FilledAsync(null, RowDeleteMode.CopyOnWrite, 2);
        table = await table.CreateBranchAsync("audit", null, null, LakeBed.Cancellation);
        var main = table.Metadata.CurrentSnapshotId;
        await new Compaction(table).RunAsync(Small with { Branch = "audit" }, null, LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        Assert.Equal(main, table.Metadata.CurrentSnapshotId);
        Assert.Single((await TableScan.Of(table, new ScanRequest { Reference = "audit" }).PlanAsync(LakeBed.Cancellation)).Tasks);
    }

    [Theory]
    [InlineData("MinFileBytes is 200; it must be TargetFileBytes, 100, at most")]
    [InlineData("MinInputFiles is 1; it must be 2 or more")]
    [InlineData("DeletedShare is 0; it must be above 0 and 1 at most")]
    [InlineData("Strategy is Sort, and table shop.orders has no sort order")]
    [InlineData("SortBy is set and Strategy is BinPack")]
    public async Task A_request_that_makes_no_sense_is_refused_with_field_value_and_rule(string message)
    {
        var request = message[..8] switch
        {
            "MinFileB" => new CompactionRequest { TargetFileBytes = 100, MinFileBytes = 200 },
            "MinInput" => new CompactionRequest { MinInputFiles = 1 },
            "DeletedS" => new CompactionRequest { DeletedShare = 0 },
            "Strategy" => new CompactionRequest { Strategy = CompactionStrategy.Sort },
            _ => new CompactionRequest { SortBy = [new SortColumn("id")] },
        };
        var table = await FilledAsync(null, RowDeleteMode.CopyOnWrite, 1);
        Assert.StartsWith(message, (await Assert.ThrowsAsync<LakeRequestException>(() => new Compaction(table).RunAsync(request, null, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }

    // Commits of four rows each, two of each shop.
    private async Task<Table> FilledAsync(PartitionSpec? spec, RowDeleteMode mode, int commits, params (string Name, string Value)[] properties)
    {
        var table = await _bed.CreateAsync(spec, mode, properties);
        for (var i = 0; i < commits; i++) table = await table.AppendAsync([RowsBed.Rows((i * 4, "a", i), ((i * 4) + 1, "a", i), ((i * 4) + 2, "b", i), ((i * 4) + 3, "b", i))], LakeBed.Cancellation);
        return table;
    }

    // As many rows, and the same to a reader that nobody here wrote.
    private async Task<List<(long Id, string? Shop, int? Amount)>> SameAsync(Table table, int count)
    {
        var own = await RowsBed.ReadAsync(table);
        Assert.Equal(count, own.Count);
        if (!_bed.Bed.Place.IsLocal) return own;
        var foreign = await ForeignReaders.ReadTableAsync(table.Metadata.Location);
        Assert.Equal(own.Select(r => $"{r.Id} {r.Shop} {r.Amount}").Order(), foreign.Select(r => $"{r.GetProperty("id")} {r.GetProperty("shop")} {r.GetProperty("amount")}").Order());
        return own;
    }

    private sealed class Steps(List<MaintenanceProgress> steps) : IProgress<MaintenanceProgress>
    {
        public void Report(MaintenanceProgress value) => steps.Add(value);
    }
}
