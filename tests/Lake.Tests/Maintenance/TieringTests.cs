using Lake.Catalog;
using Lake.Commit;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Storage;
using Lake.Tests.Foreign;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public class TieringTests : IDisposable
{
    private readonly TieringBed _bed;

    public TieringTests()
        : this(new LocalPlace())
    {
    }

    private protected TieringTests(TablePlace place) => _bed = new TieringBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Partitions_move_down_as_they_get_old_and_rows_and_their_order_stay()
    {
        var table = await FilledAsync();
        Assert.Equal("hot:1,2 hot:3 hot:4,5 hot:6", await _bed.PlacesAsync(table));
        var plan = await new Tiering(table, _bed.Options, _bed.Lake.Clock).PlanAsync(LakeBed.Cancellation);
        Assert.Equal(["hot>cold", "hot>warm"], plan.Moves.Select(m => $"{m.From}>{m.To}").Order());
        Assert.Equal("hot:1,2 hot:3 hot:4,5 hot:6", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
        var report = await _bed.RunAsync(table);
        Assert.Equal((2, 1, plan.BytesBefore), (report.Moves.Count, report.Commits, report.BytesBefore));
        table = await _bed.Lake.LoadAsync();
        Assert.Equal("hot:1,2 warm:3 cold:4,5 hot:6", await _bed.PlacesAsync(table));
        Assert.Equal(("replace", "6"), (table.Metadata.CurrentSnapshot!.Operation, table.Metadata.CurrentSnapshot.Summary["total-records"]));
        if (IsLocal) Assert.Equal(["1", "2", "3", "4", "5", "6"], (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Select(r => r.GetProperty("id").GetString()!).Order());

        Assert.Empty((await _bed.RunAsync(table)).Moves);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(25));
        await _bed.RunAsync(table);
        Assert.Equal("warm:1,2 cold:3 cold:4,5 hot:6", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
    }

    [Fact]
    public async Task Files_without_a_time_go_by_when_their_rows_were_added_whatever_became_of_them_since()
    {
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(), (1, null), (2, 400));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(10));
        table = await TieringBed.AppendAsync(table, (3, 400));
        await _bed.RunAsync(table);
        Assert.Equal("warm:1,2 hot:3", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
        // No snapshot is left that says when they were added.
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(19) - TimeSpan.FromMinutes(1));
        await ExpireAsync();
        await _bed.RunAsync(table);
        Assert.Equal("warm:1,2 warm:3", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(1));
        await _bed.RunAsync(table);
        Assert.Equal("cold:1,2 warm:3", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
    }

    [Fact]
    public async Task Deletes_are_applied_by_a_move_and_those_that_come_meanwhile_are_not_lost()
    {
        var table = await FilledAsync();
        var mergeOnRead = new RowChangeRequest { Mode = RowDeleteMode.MergeOnRead };
        table = await table.DeleteAsync(Filter.In("id", 3L, 4L), mergeOnRead, LakeBed.Cancellation);
        // Others delete a row of a file that is being moved.
        _bed.Storage.Before("Publish", async () => await table.DeleteAsync(Filter.Equal("id", 2), mergeOnRead, LakeBed.Cancellation));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(10));
        await _bed.RunAsync(table);
        table = await _bed.Lake.LoadAsync();
        Assert.Equal("warm:1 cold:5 hot:6", await _bed.PlacesAsync(table));
        Assert.Equal(("3", "0"), (table.Metadata.CurrentSnapshot!.Summary["total-records"], table.Metadata.CurrentSnapshot.Summary["total-position-deletes"]));
        if (IsLocal) Assert.Equal(["1", "5", "6"], (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Select(r => r.GetProperty("id").GetString()!).Order());
    }

    [Fact]
    public async Task Equality_deletes_of_others_still_count_for_moved_rows_and_older_ones_do_not_for_newer_rows()
    {
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(), (1, null), (2, null));
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [1L]);
        table = await TieringBed.AppendAsync(table, (1, 5));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(8));
        await _bed.RunAsync(table);
        Assert.Equal("warm:1 warm:2", await _bed.PlacesAsync(table = await _bed.Lake.LoadAsync()));
        table = await EqualityDeleteFiles.CommitAsync(table, [1], PartitionTuple.Empty, [2L]);
        Assert.Equal([1L], (await LakeBed.ReadAsync(table)).Select(r => (long)r[0]!));
    }

    [Fact]
    public async Task A_restored_partition_is_hot_until_its_time_is_over()
    {
        var table = await FilledAsync();
        await _bed.RunAsync(table);
        var restore = await new Tiering(table, _bed.Options, _bed.Lake.Clock).RestoreAsync(Filter.Equal("day", "2024-11-02"), TimeSpan.FromDays(3), null, LakeBed.Cancellation);
        Assert.Equal(["cold>hot"], restore.Moves.Select(m => $"{m.From}>{m.To}"));
        Assert.Equal("hot:1,2 warm:3 hot:4,5 hot:6", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2.9));
        Assert.Empty((await _bed.RunAsync(table)).Moves);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(0.1));
        Assert.Equal(["hot>cold"], (await _bed.RunAsync(table)).Moves.Select(m => $"{m.From}>{m.To}"));
        Assert.Equal("hot:1,2 warm:3 cold:4,5 hot:6", await _bed.PlacesAsync(await _bed.Lake.LoadAsync()));
        await Assert.ThrowsAsync<ArgumentException>(() => new Tiering(table, _bed.Options, _bed.Lake.Clock).RestoreAsync(Filter.All, TimeSpan.Zero, null, LakeBed.Cancellation));
    }

    [Fact]
    public async Task A_move_that_is_cut_off_at_any_call_leaves_the_table_whole_and_the_next_one_ends_it()
    {
        _bed.Options.CommitBytes = 1;
        var failed = true;
        for (var call = 0; failed; call += _bed.Lake.Place.Stride(1, 19))
        {
            var name = $"shop.t{call}";
            var table = await FilledAsync(name);
            var before = _bed.Storage.Failed;
            _bed.Storage.Fail(_bed.Storage.Calls.Count + call, (StorageFault)(call % 3));
            var e = await Record.ExceptionAsync(() => _bed.RunAsync(table));
            failed = _bed.Storage.Failed > before;
            _bed.Storage.Heal();
            Assert.True(e is null or IOException or CommitStateUnknownException or LakeFormatException, $"{e}");
            Assert.Equal([1L, 2, 3, 4, 5, 6], (await LakeBed.ReadAsync(await _bed.Lake.LoadAsync(name))).Select(r => (long)r[0]!).Order());
            await _bed.RunAsync(table);
            Assert.Equal("hot:1,2 warm:3 cold:4,5 hot:6", await _bed.PlacesAsync(await _bed.Lake.LoadAsync(name)));
            if (call % 5 == 0) await ClearAsync(name);
            Assert.True(call < 150, "a move of two files made 150 calls");
        }
    }

    [Fact]
    public async Task Old_files_go_with_expiry_and_orphans_in_tiers_are_found()
    {
        var table = await FilledAsync();
        await _bed.RunAsync(table);
        var left = $"{new TierFolders(await _bed.Lake.LoadAsync(), _bed.Options).Of(2)}/at_day=2024-11-02/left.parquet";
        Assert.NotEmpty(await _bed.Lake.Place.FilesAsync(left[..left.LastIndexOf('/')]));
        await _bed.Lake.Place.WriteAsync(left, "left");
        var neighbour = $"{_bed.Lake.Folder}/cold/shop/other/x.parquet";
        await _bed.Lake.Place.WriteAsync(neighbour, "another table's");
        await ClearAsync("shop.orders");
        Assert.False(await _bed.Lake.Place.ExistsAsync(left));
        Assert.True(await _bed.Lake.Place.ExistsAsync(neighbour));
    }

    [Fact]
    public async Task A_tier_that_moves_elsewhere_takes_its_files_along_and_both_folders_stay_known()
    {
        var table = await FilledAsync();
        await _bed.RunAsync(table);
        var folders = new TierFolders(await _bed.Lake.LoadAsync(), _bed.Options);
        _bed.Options.Tiers[2].Location = $"{_bed.Lake.Folder}/cold2";
        await _bed.RunAsync(table);
        table = await _bed.Lake.LoadAsync();
        Assert.Equal([folders.Of(2), folders.Of(2).Replace("/cold/", "/cold2/", StringComparison.Ordinal), folders.Of(1)], TierFolders.Known(table.Metadata).Order(StringComparer.Ordinal));
        Assert.EndsWith("/cold2", new TierFolders(table, _bed.Options).Of(2).Split("/shop/")[0], StringComparison.Ordinal);
        Assert.Empty((await _bed.RunAsync(table)).Moves);
        Assert.Single(await ParquetFilesAsync("cold2"));
    }

    [Fact]
    public async Task A_table_that_is_renamed_keeps_its_folders()
    {
        using var bed = new LakeBed(folder => new SqlCatalog(new LocalStorage(), $"{folder}/lake", Path.Combine(folder, "catalog.db")));
        var catalog = (SqlCatalog)bed.Catalog;
        _bed.Options.Tiers[1].Location = $"{bed.Folder}/warm";
        _bed.Options.Tiers[2].Location = $"{bed.Folder}/cold";
        var table = await TieringBed.AppendAsync(await bed.CreateAsync(TieringBed.Schema, TieringBed.ByDay), (1, 60));
        Assert.Single((await new Tiering(table, _bed.Options, bed.Clock).RunAsync(null, LakeBed.Cancellation)).Moves);
        var before = new TierFolders(await bed.LoadAsync(), _bed.Options);
        Assert.True(await catalog.RenameAsync(table.Name, TableName.Parse("shop.sales"), LakeBed.Cancellation));
        var renamed = await bed.LoadAsync("shop.sales");
        Assert.Equal([before.Of(1), before.Of(2)], [new TierFolders(renamed, _bed.Options).Of(1), new TierFolders(renamed, _bed.Options).Of(2)]);
        Assert.Empty((await new Tiering(renamed, _bed.Options, bed.Clock).RunAsync(null, LakeBed.Cancellation)).Moves);
    }

    [Fact]
    public async Task Costs_are_told_by_table_and_tier()
    {
        var table = await FilledAsync();
        await _bed.RunAsync(table);
        await TieringBed.AppendAsync(await _bed.CreateAsync(name: "shop.other"), (1, null));
        var costs = await TierCosts.OfAsync(_bed.Lake.Catalog, _bed.Options, _bed.Lake.Clock, LakeBed.Cancellation);
        // The files that were moved are still there for older snapshots.
        Assert.Equal(
            ["shop.orders hot 4 2", "shop.orders warm 1 1", "shop.orders cold 1 1", "shop.other hot 1 1", "shop.other warm 0 0", "shop.other cold 0 0"],
            costs.Select(c => $"{c.Table} {c.Tier} {c.Files} {c.CurrentFiles}"));
        Assert.All(costs, c => Assert.Equal(c.Bytes / (decimal)(1L << 30) * _bed.Options.Tiers.Single(t => t.Name == c.Tier).PricePerGiBMonth, c.PricePerMonth));
        Assert.Equal((await LakeBed.FilesAsync(_bed.Lake.Place.Storage, $"{_bed.Lake.Folder}/cold")).Sum(f => f.Length), costs[2].CurrentBytes);
    }

    // Rows of yesterday's partition, of ten and sixty days ago, and of none.
    private async Task<Table> FilledAsync(string name = "shop.orders") =>
        await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.ByDay, name), (1, 1), (2, 1), (3, 10), (4, 60), (5, 60), (6, -300));

    private async Task ExpireAsync(string name = "shop.orders")
    {
        _bed.Lake.Clock.Advance(TimeSpan.FromMinutes(1));
        await new SnapshotExpiry(await _bed.Lake.LoadAsync(name), _bed.Lake.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation);
    }

    // After expiry and removal of orphans, old as all files are, nothing is left but what the newest snapshot has.
    private async Task ClearAsync(string name)
    {
        await ExpireAsync(name);
        foreach (var file in await ParquetFilesAsync("")) _bed.Lake.Place.SetTime(file, _bed.Lake.Clock.GetUtcNow().AddDays(-4));
        var table = await _bed.Lake.LoadAsync(name);
        await new OrphanFiles(table, _bed.Lake.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        var reached = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File.Path).Order(StringComparer.Ordinal);
        // The table's folder, and those of its tiers.
        var own = ((string[])["/", "-"]).Select(end => $"/{name.Replace('.', '/')}{end}").ToList();
        Assert.Equal(reached, (await ParquetFilesAsync("")).Where(f => own.Exists(o => f.Contains(o, StringComparison.Ordinal))));
    }

    private bool IsLocal => _bed.Lake.Place.IsLocal;

    private Task<List<string>> ParquetFilesAsync(string tier) => _bed.Lake.Place.FilesAsync($"{_bed.Lake.Folder}/{tier}", ".parquet");
}
