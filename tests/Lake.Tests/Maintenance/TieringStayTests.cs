using Lake.Expressions;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Tests.Tables;

namespace Lake.Tests.Maintenance;

public class TieringStayTests : IDisposable
{
    private readonly TieringBed _bed;

    public TieringStayTests()
        : this(new LocalPlace())
    {
    }

    private protected TieringStayTests(TablePlace place) => _bed = new TieringBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task A_restore_of_what_is_restored_lets_it_stay_longer_and_never_shorter()
    {
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.ByDay), (1, 60));
        await _bed.RunAsync(table);
        await RestoreAsync(table, 3);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2));
        await RestoreAsync(table, 3);
        Assert.Empty((await RestoreAsync(table, 1)).Moves);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2.9));
        await _bed.RunAsync(table);
        Assert.Equal("hot:1", await PlacesAsync());
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(0.2));
        await _bed.RunAsync(table);
        Assert.Equal("cold:1", await PlacesAsync());
    }

    [Fact]
    public async Task A_restore_keeps_hot_files_that_would_go_down_before_its_time_is_over()
    {
        var table = await TieringBed.AppendAsync(await _bed.CreateAsync(TieringBed.ByDay), (1, 6), (2, 1));
        await RestoreAsync(table, 3);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2.9));
        await _bed.RunAsync(table);
        Assert.Equal("hot:1 hot:2", await PlacesAsync());
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(0.2));
        await _bed.RunAsync(table);
        Assert.Equal("warm:1 hot:2", await PlacesAsync());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_compaction_leaves_files_in_their_tier_and_restored_ones_where_they_stay(bool isRestored)
    {
        var table = await _bed.CreateAsync(TieringBed.ByDay);
        for (var i = 0; i < 5; i++)
        {
            table = await TieringBed.AppendAsync(table, (i, 60));
            _bed.Lake.Clock.Advance(TimeSpan.FromSeconds(1));
        }
        await _bed.RunAsync(table);
        if (isRestored) await RestoreAsync(table, 3);
        // Of the same day, and not moved yet.
        table = await TieringBed.AppendAsync(await _bed.Lake.LoadAsync(), (9, 60));
        Assert.Equal(5, (await new Compaction(table).RunAsync(new CompactionRequest(), null, LakeBed.Cancellation)).FilesRewritten);
        table = await _bed.Lake.LoadAsync();
        Assert.Equal(isRestored ? "hot:0,1,2,3,4 hot:9" : "cold:0,1,2,3,4 hot:9", await PlacesAsync());
        // As the tier has it, not as the table.
        if (!isRestored) Assert.Equal([ParquetSharp.Compression.Gzip], await CompressionsAsync($"{_bed.Lake.Folder}/cold", rows: 5));
        if (_bed.Lake.Place.IsLocal) Assert.Equal(6, (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Count);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2));
        await _bed.RunAsync(table);
        Assert.Equal(isRestored ? "hot:0,1,2,3,4 cold:9" : "cold:0,1,2,3,4 cold:9", await PlacesAsync());
    }

    [Fact]
    public async Task Files_without_a_time_keep_their_age_through_a_compaction_of_a_table_with_tiers()
    {
        var table = await _bed.CreateAsync();
        for (var i = 0; i < 5; i++) table = await TieringBed.AppendAsync(table, (i, null));
        await _bed.RunAsync(table);
        Assert.NotEmpty(TierFolders.Known((await _bed.Lake.LoadAsync()).Metadata));
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(6));
        Assert.Equal(5, (await new Compaction(table).RunAsync(new CompactionRequest(), null, LakeBed.Cancellation)).FilesRewritten);
        _bed.Lake.Clock.Advance(TimeSpan.FromDays(2));
        await _bed.RunAsync(table);
        Assert.Equal("warm:0,1,2,3,4", await PlacesAsync());
    }

    // Of the files below a folder that have so many rows.
    private async Task<List<ParquetSharp.Compression>> CompressionsAsync(string folder, long rows)
    {
        var found = new List<ParquetSharp.Compression>();
        foreach (var location in await _bed.Lake.Place.FilesAsync(folder, ".parquet"))
        {
            using var file = await _bed.Lake.Place.Storage.OpenLocalAsync(location, LakeBed.Cancellation);
            using var reader = new ParquetSharp.ParquetFileReader(file.Path);
            if (reader.FileMetaData.NumRows != rows) continue;
            using var group = reader.RowGroup(0);
            using var column = group.MetaData.GetColumnChunkMetaData(0);
            found.Add(column.Compression);
        }
        return found;
    }

    private Task<TieringReport> RestoreAsync(Table table, int days) => new Tiering(table, _bed.Options, _bed.Lake.Clock).RestoreAsync(Filter.All, TimeSpan.FromDays(days), null, LakeBed.Cancellation);

    private async Task<string> PlacesAsync() => await _bed.PlacesAsync(await _bed.Lake.LoadAsync());
}
