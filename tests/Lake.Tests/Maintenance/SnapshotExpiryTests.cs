using Lake.Commit;
using Lake.Maintenance;
using Lake.Metadata;
using Lake.Scan;
using Lake.Tests.Foreign;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Types;
using Lake.Write;

namespace Lake.Tests.Maintenance;

public class SnapshotExpiryTests : IDisposable
{
    private static readonly TableSchema Schema = new(0, [NestedField.Required(1, "id", PrimitiveType.Long)]);
    private static readonly ExpiryRequest OnlyNewest = new() { MaxSnapshotAge = TimeSpan.Zero };

    private readonly FaultyStorage _storage;
    private readonly LakeBed _bed;

    public SnapshotExpiryTests()
        : this(new LocalPlace())
    {
    }

    private protected SnapshotExpiryTests(TablePlace place) => _bed = new LakeBed(place, _storage = new FaultyStorage(place.Storage));

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task What_only_expired_snapshots_reached_is_deleted_and_what_the_newest_reaches_is_read()
    {
        var table = await RewrittenAsync();
        var plan = await new SnapshotExpiry(table, _bed.Clock).PlanAsync(OnlyNewest, null, LakeBed.Cancellation);
        Assert.Equal(5, (await _bed.LoadAsync()).Metadata.Snapshots.Count);
        var steps = new List<MaintenanceProgress>();
        var report = await new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, new Steps(steps), LakeBed.Cancellation);
        Assert.Equivalent(plan, report, strict: true);
        // Three files were put together into one; the fourth append was left as it was.
        Assert.Equal((4, 3, 4), (report.SnapshotIds.Count, report.DataFiles.Count, report.ManifestLists.Count));
        Assert.Empty((await _bed.Place.FilesAsync(table.Metadata.Location)).Intersect([.. report.DataFiles, .. report.Manifests, .. report.ManifestLists]));
        Assert.Contains(steps, s => s is { Step: "deleting files" } && s.Done == s.Total);
        var after = await _bed.LoadAsync();
        Assert.Equal([0L, 1L, 2L, 3L], (await LakeBed.ReadAsync(after)).Select(r => (long)r[0]!).Order());
        Assert.Equal(2, (await _bed.Place.FilesAsync(after.Metadata.Location, ".parquet")).Count);
        if (_bed.Place.IsLocal) Assert.Equal(["0", "1", "2", "3"], (await ForeignReaders.ReadTableAsync(after.Metadata.Location)).Select(r => r.GetProperty("id").GetString()!).Order());
        Assert.Same(ExpiryReport.Nothing, await new SnapshotExpiry(after, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation));
        Assert.Equal(after.Version.Location, (await _bed.LoadAsync()).Version.Location);
    }

    [Fact]
    public async Task A_tagged_snapshot_stays_readable_with_all_its_files()
    {
        var table = await RewrittenAsync();
        var third = table.Metadata.Snapshots[2].SnapshotId;
        table = await table.CommitAsync((_, builder) => builder.SetRef("month-end", new SnapshotRef(third, false)), LakeBed.Cancellation);
        var report = await new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation);
        Assert.Equal((3, 0), (report.SnapshotIds.Count, report.DataFiles.Count));
        var tagged = await LakeBed.ReadAsync(await _bed.LoadAsync(), new ScanRequest { Reference = "month-end" });
        Assert.Equal([0L, 1L, 2L], tagged.Select(r => (long)r[0]!).Order());
    }

    [Fact]
    public async Task A_writer_that_started_before_an_expiry_commits_after_it_and_nothing_of_it_is_deleted()
    {
        var table = await RewrittenAsync();
        _storage.Before("Publish", () => new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation));
        var appended = await AppendAsync(table, 9);
        Assert.Equal([0L, 1L, 2L, 3L, 9L], (await LakeBed.ReadAsync(appended)).Select(r => (long)r[0]!).Order());
        Assert.Equal(2, appended.Metadata.Snapshots.Count);
    }

    [Fact]
    public async Task An_expiry_takes_what_others_committed_meanwhile_into_account()
    {
        var table = await RewrittenAsync();
        var oldest = table.Metadata.Snapshots[0].SnapshotId;
        // Someone names the oldest snapshot between the expiry's decision and its commit.
        _storage.Before("TryCreate", () => table.CommitAsync((_, builder) => builder.SetRef("keep", new SnapshotRef(oldest, false)), LakeBed.Cancellation));
        var report = await new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation);
        Assert.DoesNotContain(oldest, report.SnapshotIds);
        Assert.Equal([[0L]], await LakeBed.ReadAsync(await _bed.LoadAsync(), new ScanRequest { Reference = "keep" }));
    }

    [Fact]
    public async Task An_expiry_that_is_cut_off_at_any_call_leaves_the_table_whole_and_what_it_left_is_found()
    {
        var failed = true;
        for (var call = 0; failed; call += _bed.Place.Stride(1, 7))
        {
            var table = await RewrittenAsync($"shop.t{call}");
            var before = _storage.Failed;
            _storage.Fail(_storage.Calls.Count + call, StorageFault.Error);
            var e = await Record.ExceptionAsync(() => new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation));
            failed = _storage.Failed > before;
            _storage.Heal();
            Assert.True(e is null or IOException or CommitStateUnknownException, $"{e}");
            var now = await _bed.LoadAsync($"shop.t{call}");
            await _bed.Place.SetTimesAsync(now.Metadata.Location, _bed.Clock.GetUtcNow().AddDays(-4));
            await new SnapshotExpiry(now, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation);
            await new OrphanFiles(now, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
            Assert.Equal([0L, 1L, 2L, 3L], (await LakeBed.ReadAsync(await _bed.LoadAsync($"shop.t{call}"))).Select(r => (long)r[0]!).Order());
            Assert.Equal(2, (await _bed.Place.FilesAsync(now.Metadata.Location, ".parquet")).Count);
            Assert.True(call < 100, "an expiry of four snapshots made 100 calls");
        }
    }

    [Fact]
    public async Task A_protected_table_is_refused()
    {
        var table = await _bed.CreateAsync(Schema, properties: new Dictionary<string, string> { ["gc.enabled"] = "false" });
        Assert.StartsWith("property gc.enabled of table shop.orders is 'false'", (await Assert.ThrowsAsync<Lake.Catalog.CatalogException>(() => new SnapshotExpiry(table, _bed.Clock).RunAsync(OnlyNewest, null, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }

    // Four appends of a row each; the first three files are put together before the last.
    private async Task<Table> RewrittenAsync(string name = "shop.orders")
    {
        // Without a wait between tries: the clock stands still.
        var table = await _bed.CreateAsync(Schema, name: name, properties: new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0" });
        for (var i = 0; i < 3; i++) table = await AppendAsync(table, i);
        var old = await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation);
        await using var writer = new TableWriter(table);
        await writer.WriteAsync(LakeBed.Rows(table.Schema.Fields, [0L], [1L], [2L]), LakeBed.Cancellation);
        var change = new TableChange { Operation = SnapshotOperation.Replace, IsBased = true, BasedOn = table.Metadata.CurrentSnapshotId, SequenceNumber = table.Metadata.LastSequenceNumber };
        change.Added.AddRange(await writer.FinishAsync(LakeBed.Cancellation));
        change.Removed.AddRange(old.Tasks.Select(t => t.File));
        return await AppendAsync(await table.CommitAsync(change, LakeBed.Cancellation), 3);
    }

    private async Task<Table> AppendAsync(Table table, long id)
    {
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        return await table.AppendAsync([LakeBed.Rows(table.Schema.Fields, [id])], LakeBed.Cancellation);
    }

    private sealed class Steps(List<MaintenanceProgress> steps) : IProgress<MaintenanceProgress>
    {
        public void Report(MaintenanceProgress value) => steps.Add(value);
    }
}
