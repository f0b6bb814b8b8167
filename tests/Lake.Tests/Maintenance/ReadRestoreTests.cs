using Lake.Expressions;
using Lake.Maintenance;
using Lake.Query;
using Lake.Scan;
using Lake.Tests.Query;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Maintenance;

/// <summary>Files of lower tiers that come back as queries read them.</summary>
public class ReadRestoreTests : IDisposable
{
    private readonly TieringBed _bed;
    private readonly RacingCatalog _racing;

    public ReadRestoreTests()
        : this(new LocalPlace())
    {
    }

    private protected ReadRestoreTests(TablePlace place)
    {
        _bed = new TieringBed(place);
        _bed.Options.RestoreOnRead = TimeSpan.FromDays(2);
        _racing = new RacingCatalog(_bed.Lake.Catalog);
    }

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Partitions_that_were_read_are_hot_for_the_time_of_the_setting_and_then_go_down_again()
    {
        await TieredAsync();
        Assert.Equal(["shop.orders: 1"], await QueryAsync("SELECT id FROM orders WHERE day = '2024-09-22'", "1"));
        Assert.Equal("hot:1 cold:2 warm:3 hot:4", await PlacesAsync());
        // What is there is not written anew each time that it is read.
        Assert.Empty(await QueryAsync("SELECT id FROM orders WHERE day = '2024-09-22'", "1"));
        Assert.Equal(["shop.orders: 2"], await QueryAsync("SELECT id FROM orders", "1", "2", "3", "4"));
        Assert.Equal("hot:1 hot:2 hot:3 hot:4", await PlacesAsync());
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(1.9));
        Assert.Empty((await _bed.RunAsync(await _bed.Lake.LoadAsync())).Moves);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(0.2));
        Assert.Equal(3, (await _bed.RunAsync(await _bed.Lake.LoadAsync())).Moves.Count);
        Assert.Equal("cold:1 cold:2 warm:3 hot:4", await PlacesAsync());
    }

    [Fact]
    public async Task Rows_that_others_delete_and_add_meanwhile_are_as_they_left_them()
    {
        await TieredAsync();
        _racing.BeforeSwap.Enqueue(async () =>
        {
            var others = await (await _bed.Lake.LoadAsync()).DeleteAsync(Filter.Equal("id", 1L), null, LakeBed.Cancellation);
            await TieringBed.AppendAsync(others, (5, 102));
        });
        Assert.Equal(["shop.orders: 1"], await QueryAsync("SELECT id FROM orders WHERE id < 3", "1", "2"));
        Assert.Equal("hot:2 warm:3 hot:4 hot:5", await PlacesAsync());
        Assert.Equal("4", (await _bed.Lake.LoadAsync()).Metadata.CurrentSnapshot!.Summary["total-records"]);
    }

    [Fact]
    public async Task A_restore_that_fails_in_the_middle_leaves_the_table_and_no_file_of_its_own()
    {
        await TieredAsync();
        var before = await _bed.Lake.Place.FilesAsync(_bed.Lake.Folder, ".parquet");
        await using var rows = await QueryBed.Of(_racing).RunAsync("SELECT id FROM orders", LakeBed.Cancellation);
        // The files are written by then, and the commit's manifest cannot be.
        _bed.Storage.Before("Write", () => throw new IOException("the disk is gone"));
        await Assert.ThrowsAnyAsync<Exception>(() => Restore().RunAsync(rows.Reads, LakeBed.Cancellation));
        Assert.Equal("cold:1 cold:2 warm:3 hot:4", await PlacesAsync());
        Assert.Equal(before, await _bed.Lake.Place.FilesAsync(_bed.Lake.Folder, ".parquet"));
    }

    [Fact]
    public async Task What_an_older_snapshot_alone_has_stays_and_so_does_all_without_the_setting()
    {
        var table = await TieredAsync();
        var old = table.Metadata.CurrentSnapshot!.SnapshotId;
        await table.DeleteAsync(Filter.Equal("id", 1L), null, LakeBed.Cancellation);
        Assert.Equal(["shop.orders: 1"], await QueryAsync($"SELECT id FROM orders AT (VERSION => {old}) WHERE id < 3", "1", "2"));
        Assert.Equal("hot:2 warm:3 hot:4", await PlacesAsync());
        _bed.Options.RestoreOnRead = TimeSpan.Zero;
        Assert.Empty(await QueryAsync("SELECT id FROM orders", "2", "3", "4"));
        Assert.Equal("hot:2 warm:3 hot:4", await PlacesAsync());
    }

    [Fact]
    public void A_time_below_nothing_is_refused()
    {
        _bed.Options.RestoreOnRead = TimeSpan.FromDays(-1);
        Assert.Equal(["Tiering:RestoreOnRead is -1.00:00:00; it must be 0, for off, or how long files stay"], TieringOptionsValidator.Check(_bed.Options));
    }

    private ReadRestore Restore() => new(_racing, _bed.Options, _bed.Lake.Clock);

    // Runs a query, checks its ids, and says which tables had how many of their files moved.
    private async Task<List<string>> QueryAsync(string sql, params string[] ids)
    {
        IReadOnlyList<QueryRead> reads;
        await using (var rows = await QueryBed.Of(_racing).RunAsync(sql, LakeBed.Cancellation))
        {
            Assert.Equal(ids, (await QueryBed.LinesAsync(rows, [TieringBed.Schema.Fields[0]])).Order());
            reads = rows.Reads;
        }
        return [.. (await Restore().RunAsync(reads, LakeBed.Cancellation)).Select(m => $"{m.Table}: {m.Report.Moves.Count}")];
    }

    private async Task<string> PlacesAsync() => await _bed.PlacesAsync(await _bed.Lake.LoadAsync());

    // Two old partitions, one of a week ago and one of now, each in its tier.
    private async Task<Table> TieredAsync()
    {
        await _bed.RunAsync(await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.ByDay), (1, 101), (2, 102), (3, 10), (4, 1)));
        Assert.Equal("cold:1 cold:2 warm:3 hot:4", await PlacesAsync());
        return await _bed.Lake.LoadAsync();
    }
}
