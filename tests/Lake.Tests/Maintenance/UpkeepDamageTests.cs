using Lake.Commit;
using Lake.Evolution;
using Lake.Expressions;
using Lake.Maintenance;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Maintenance;

/// <summary>Upkeep of tables of which a file is torn or gone: it is told which, and what to do, and no file goes that may be needed.</summary>
public class UpkeepDamageTests : IDisposable
{
    private readonly LakeBed _bed;

    public UpkeepDamageTests()
        : this(new LocalPlace())
    {
    }

    private protected UpkeepDamageTests(TablePlace place) => _bed = new LakeBed(place);

    public enum Part
    {
        Metadata,
        List,
        Manifest,
        Data,
        Deletes,
    }

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Theory]
    [InlineData("compaction", "metadata list manifest data deletes")]
    [InlineData("sort", "metadata list manifest data deletes")]
    [InlineData("expiry", "metadata list")]
    [InlineData("orphans", "metadata list manifest")]
    [InlineData("manifests", "metadata list manifest")]
    [InlineData("tiers", "metadata list manifest data deletes")]
    [InlineData("costs", "metadata list manifest")]
    [InlineData("purge", "metadata list manifest")]
    public async Task A_file_that_the_job_needs_is_named_with_what_to_do_and_nothing_is_removed(string job, string needed)
    {
        // Where each takes long, half of them, other ones for other jobs.
        foreach (var part in Enum.GetValues<Part>().Where(p => needed.Split(' ').Contains(p.ToString(), StringComparer.OrdinalIgnoreCase) && (_bed.Place.IsLocal || ((int)p + job.Length) % 2 == 0)))
        {
            foreach (var isTorn in _bed.Place.IsLocal ? (bool[])[false, true] : [(int)part % 2 == 1])
            {
                var what = $"{job}: the {part} is {(isTorn ? "torn" : "gone")}";
                var name = $"shop.t{part}{isTorn}";
                var table = await FilledAsync(name);
                var file = await FileAsync(table, part);
                var whole = await _bed.Place.ReadAsync(file);
                await DamageAsync(file, whole, isTorn);
                var before = await _bed.Place.FilesAsync(_bed.Folder);
                var e = await Record.ExceptionAsync(() => RunAsync(job, table));
                Assert.True(e is LakeFormatException, $"{what}: {e?.ToString() ?? "no error"}");
                Assert.StartsWith(isTorn ? file : part == Part.Metadata ? $"{file} is gone" : $"there is no file {file}", e!.Message, StringComparison.Ordinal);
                Assert.Contains("ring it back from a copy", e.Message, StringComparison.Ordinal);
                Assert.True(!before.Except(await _bed.Place.FilesAsync(_bed.Folder)).Any(), what);
                // What was missing is brought back: the job is done, and every row is there.
                await _bed.Place.WriteAsync(file, whole);
                if (job == "purge") continue;
                Assert.True(await IdsAsync(await _bed.LoadAsync(name)) is [1, 2, 3, 4, 5], what);
                await RunAsync(job, table);
                Assert.True(await IdsAsync(await _bed.LoadAsync(name)) is [1, 2, 3, 4, 5], what);
            }
        }
    }

    [Theory]
    [InlineData("expiry")]
    [InlineData("orphans")]
    [InlineData("manifests")]
    public async Task Jobs_that_read_no_rows_go_on_beside_damaged_rows_and_leave_the_files(string job)
    {
        foreach (var part in (Part[])[Part.Data, Part.Deletes])
        {
            var table = await FilledAsync($"shop.{part}");
            var file = await FileAsync(table, part);
            var whole = await _bed.Place.ReadAsync(file);
            await DamageAsync(file, whole, isTorn: true);
            await RunAsync(job, table);
            Assert.True(await _bed.Place.ExistsAsync(file));
            await _bed.Place.WriteAsync(file, whole);
            Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(await _bed.LoadAsync($"shop.{part}")));
        }
    }

    [Theory]
    [InlineData(Part.List, false)]
    [InlineData(Part.List, true)]
    [InlineData(Part.Manifest, false)]
    [InlineData(Part.Manifest, true)]
    public async Task A_snapshot_that_is_damaged_expires_and_what_is_left_of_it_is_found_as_orphans(Part part, bool isTorn)
    {
        var table = await FilledAsync("shop.orders");
        var old = table.Metadata.CurrentSnapshotId!.Value;
        var file = await FileAsync(table, part);
        await RunAsync("compaction", table);
        await RunAsync("manifests", table);
        await DamageAsync(file, await _bed.Place.ReadAsync(file), isTorn);
        table = await _bed.LoadAsync();
        // As long as it is kept, nothing can be told from what it needs.
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => RunAsync("orphans", table));
        Assert.Contains($"Snapshot {old} of table shop.orders", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("No file was deleted: without it, what the table needs cannot be told from orphans. It is not needed once its snapshots have expired: lake expire", e.Message, StringComparison.Ordinal);
        await RunAsync("expiry", table);
        Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(table = await _bed.LoadAsync()));
        await _bed.Place.SetTimesAsync(table.Metadata.Location, _bed.Clock.GetUtcNow().AddDays(-4));
        await RunAsync("orphans", table);
        Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(table));
        var files = (await SnapshotFiles.ListAsync(table, table.Metadata.CurrentSnapshot, LakeBed.Cancellation)).Select(f => f.File.Path).Order(StringComparer.Ordinal);
        Assert.Equal(files, await _bed.Place.FilesAsync(table.Metadata.Location, ".parquet"));
    }

    [Fact]
    public async Task An_expiry_over_a_kept_snapshot_that_is_damaged_says_so_before_anything_goes()
    {
        var table = await FilledAsync("shop.orders");
        var kept = table.Metadata.Snapshots[1];
        table = await table.CreateTagAsync("month-end", kept.SnapshotId, null, LakeBed.Cancellation);
        await _bed.Place.DeleteAsync(kept.ManifestList!);
        var (snapshots, files) = (table.Metadata.Snapshots.Count, await _bed.Place.FilesAsync(_bed.Folder));
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => RunAsync("expiry", table));
        Assert.Equal(
            $"there is no file {kept.ManifestList}. Snapshot {kept.SnapshotId} of table shop.orders, made 2025-01-01 00:02:00Z, needs this manifest list. Bring it back from a copy, or read another snapshot: "
            + $"the current one, {table.Metadata.CurrentSnapshotId}, does not need it and has all its files. Of a snapshot that goes it would not be needed: let that one expire, too",
            e.Message);
        Assert.Equal(snapshots, (await _bed.LoadAsync()).Metadata.Snapshots.Count);
        Assert.Equal(files, await _bed.Place.FilesAsync(_bed.Folder));
        await (await _bed.LoadAsync()).DropReferenceAsync("month-end", LakeBed.Cancellation);
        await RunAsync("expiry", table);
        Assert.Equal([1L, 2, 3, 4, 5], await IdsAsync(await _bed.LoadAsync()));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_expiry_deletes_no_data_where_a_manifest_that_may_name_it_is_damaged(bool isTorn)
    {
        // Of what was put together, the old files go, if the manifest of the new one names none of them.
        var table = await FilledAsync("shop.orders");
        await RunAsync("compaction", table);
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        table = await (await _bed.LoadAsync()).AppendAsync([RowsBed.Rows((6, "a", 6))], LakeBed.Cancellation);
        var manifest = await FileAsync(table, Part.Manifest);
        var whole = await _bed.Place.ReadAsync(manifest);
        await DamageAsync(manifest, whole, isTorn);
        var (snapshots, files) = (table.Metadata.Snapshots.Count, await _bed.Place.FilesAsync(_bed.Folder));
        var e = await Assert.ThrowsAsync<LakeFormatException>(() => RunAsync("expiry", table));
        Assert.Contains(manifest, e.Message, StringComparison.Ordinal);
        Assert.Equal(snapshots, (await _bed.LoadAsync()).Metadata.Snapshots.Count);
        Assert.Equal(files, await _bed.Place.FilesAsync(_bed.Folder));
        await _bed.Place.WriteAsync(manifest, whole);
        await RunAsync("expiry", table);
        Assert.Equal([1L, 2, 3, 4, 5, 6], await IdsAsync(await _bed.LoadAsync()));
        Assert.Equal(2, (await _bed.Place.FilesAsync(_bed.Folder, ".parquet")).Count(f => !f.EndsWith("/left.parquet", StringComparison.Ordinal)));
    }

    private Task RunAsync(string job, Table table) => job switch
    {
        "compaction" => new Compaction(table).RunAsync(new CompactionRequest { MinInputFiles = 2, MaxDeleteFiles = 0, Parallelism = 1 }, null, LakeBed.Cancellation),
        "sort" => new Compaction(table).RunAsync(new CompactionRequest { Strategy = CompactionStrategy.Sort, SortBy = [new SortColumn("id")], Parallelism = 1 }, null, LakeBed.Cancellation),
        "expiry" => new SnapshotExpiry(table, _bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation),
        "orphans" => new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation),
        "tiers" => new Tiering(table, Tiers, _bed.Clock).RunAsync(null, LakeBed.Cancellation),
        "costs" => TierCosts.OfAsync(_bed.Catalog, Tiers, _bed.Clock, LakeBed.Cancellation),
        "purge" => _bed.Catalog.PurgeAsync(table.Name, null, LakeBed.Cancellation),
        _ => new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest { TargetBytes = 1 << 20 }, null, LakeBed.Cancellation),
    };

    private TieringOptions Tiers => new() { Tiers = [new TierOptions { Name = "hot" }, new TierOptions { Name = "cold", Location = $"{_bed.Folder}/cold", MinAge = TimeSpan.FromMinutes(1) }] };

    private Task DamageAsync(string file, byte[] whole, bool isTorn) => isTorn ? _bed.Place.WriteAsync(file, whole[..(whole.Length - 20)]) : _bed.Place.DeleteAsync(file);

    // A file of the newest snapshot.
    private static async Task<string> FileAsync(Table table, Part part)
    {
        var head = table.Metadata.CurrentSnapshot!;
        if (part == Part.Metadata) return table.Version.Location;
        if (part == Part.List) return head.ManifestList!;
        if (part == Part.Manifest) return (await ManifestFiles.ListAsync(table.Storage, table.Metadata, head, LakeBed.Cancellation)).First(m => m.Content == ManifestContent.Data).Path;
        return (await SnapshotFiles.ListAsync(table, head, LakeBed.Cancellation)).First(f => f.File.Content == (part == Part.Data ? FileContent.Data : FileContent.PositionDeletes)).File.Path;
    }

    // Three files of two rows, a row of one deleted; a file that nothing names, as old as all.
    private async Task<Table> FilledAsync(string name)
    {
        var table = await _bed.CreateAsync(RowsBed.Schema, properties: new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0", ["write.delete.mode"] = "merge-on-read" }, name: name);
        for (var i = 0; i < 3; i++)
        {
            _bed.Clock.Advance(TimeSpan.FromMinutes(1));
            table = await table.AppendAsync([RowsBed.Rows((2 * i, "a", i), ((2 * i) + 1, "a", i))], LakeBed.Cancellation);
        }
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        table = await table.DeleteAsync(Filter.Equal("id", 0), null, LakeBed.Cancellation);
        await _bed.Place.WriteAsync($"{table.Metadata.Location}/data/left.parquet", "left");
        await _bed.Place.SetTimesAsync(table.Metadata.Location, _bed.Clock.GetUtcNow().AddDays(-4));
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        return table;
    }

    private static async Task<List<long>> IdsAsync(Table table) => [.. (await LakeBed.ReadAsync(table)).Select(r => (long)r[0]!).Order()];
}
