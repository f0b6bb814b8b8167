using Lake.Commit;
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

public class ManifestRewriteTests : IDisposable
{
    private readonly RowsBed _bed;

    public ManifestRewriteTests()
        : this(new LocalPlace())
    {
    }

    private protected ManifestRewriteTests(TablePlace place) => _bed = new RowsBed(place);

    public void Dispose()
    {
        _bed.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Files_of_a_partition_stand_side_by_side_and_a_plan_reads_their_manifest_alone()
    {
        var table = await FilledAsync(6);
        var before = await EntriesAsync(table);
        Assert.Equal((6, 18), (before.Manifests.Count, before.Entries.Count));
        var plan = await new ManifestRewrite(table).PlanAsync(Small(before), LakeBed.Cancellation);
        Assert.Equal((6, 18L, null), (plan.ManifestsRead, plan.Files, plan.SnapshotId));
        var report = await new ManifestRewrite(table).RunAsync(Small(before), null, LakeBed.Cancellation);
        Assert.Equal((6, 3, 18L), (report.ManifestsRead, report.ManifestsWritten, report.Files));
        table = await _bed.LoadAsync();
        Assert.Equal(("replace", report.SnapshotId), (table.Metadata.CurrentSnapshot!.Operation, table.Metadata.CurrentSnapshotId));
        var scan = await TableScan.Of(table, new ScanRequest { Filter = Filter.Equal("shop", "b") }).PlanAsync(LakeBed.Cancellation);
        Assert.Equal((1, 2, 6), (scan.ManifestsRead, scan.ManifestsSkipped, scan.Tasks.Count));
        // A second run finds nothing.
        Assert.Null((await new ManifestRewrite(table).RunAsync(Small(before), null, LakeBed.Cancellation)).SnapshotId);
    }

    [Fact]
    public async Task Files_keep_their_snapshots_and_numbers_and_are_told_as_existing()
    {
        var table = await FilledAsync(4);
        await new Compaction(table).RunAsync(new CompactionRequest { Filter = Filter.Equal("shop", "c"), MinInputFiles = 2 }, null, LakeBed.Cancellation);
        table = await EqualityDeleteFiles.CommitAsync(await _bed.LoadAsync(), [1], new PartitionTuple(["a"]), [0L]);
        table = await table.AppendAsync([RowsBed.Rows((0, "a", 100))], LakeBed.Cancellation);
        var before = await EntriesAsync(table);
        await new ManifestRewrite(table).RunAsync(Small(before), null, LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        var after = await EntriesAsync(table);
        Assert.Equal(before.Entries.Where(e => e.IsAlive).Select(Line).Order(), after.Entries.Select(Line).Order());
        Assert.All(after.Entries.Where(e => e.File.Content == FileContent.Data), e => Assert.Equal(EntryStatus.Existing, e.Status));
        Assert.All(after.Manifests.Where(m => m.Content == ManifestContent.Data), m => Assert.Equal((table.Metadata.CurrentSnapshotId, table.Metadata.LastSequenceNumber), (m.AddedSnapshotId, m.SequenceNumber)));
        // The lowest number is that of rows, not of the commit: readers skip deletes by it.
        Assert.Equal(1, after.Manifests.Where(m => m.Content == ManifestContent.Data).Min(m => m.MinSequenceNumber));
        var own = await RowsBed.ReadAsync(table);
        Assert.Equal((12, 1), (own.Count, own.Count(r => r.Id == 0)));
        if (_bed.Bed.Place.IsLocal) Assert.Equal(own.Select(r => r.Id.ToString()).Order(), (await ForeignReaders.ReadTableAsync(table.Metadata.Location)).Select(r => r.GetProperty("id").GetString()!).Order());
    }

    [Fact]
    public async Task What_others_do_meanwhile_stays()
    {
        var table = await FilledAsync(4);
        var target = Small(await EntriesAsync(table));
        // An append leaves the manifests as they are; a delete writes one of them anew, and the rewrite starts again.
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).AppendAsync([RowsBed.Rows((50, "b", 50))], LakeBed.Cancellation));
        _bed.Racing.BeforeSwap.Enqueue(async () => await (await _bed.OthersAsync()).DeleteAsync(Filter.Equal("id", 4), null, LakeBed.Cancellation));
        Assert.NotNull((await new ManifestRewrite(table).RunAsync(target, null, LakeBed.Cancellation)).SnapshotId);
        Assert.Equal([0L, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 50], (await RowsBed.ReadAsync(await _bed.LoadAsync())).Select(r => r.Id));
        // Manifests of tries that came to nothing are gone.
        var now = await _bed.LoadAsync();
        var named = new HashSet<string>();
        foreach (var snapshot in now.Metadata.Snapshots) named.UnionWith((await ManifestFiles.ListAsync(now.Storage, now.Metadata, snapshot, LakeBed.Cancellation)).Select(m => m.Path));
        Assert.Equal(named.Order(), (await FilesAsync(now)).Where(f => f.Contains("/metadata/m-", StringComparison.Ordinal)).Order());
    }

    [Fact]
    public async Task Manifests_of_each_spec_and_content_are_kept_apart()
    {
        var table = await FilledAsync(3);
        table = await table.DeleteAsync(Filter.Equal("amount", 0) & Filter.Equal("shop", "a"), new RowChangeRequest { Mode = RowDeleteMode.MergeOnRead }, LakeBed.Cancellation);
        table = await table.ChangePartitionsAsync(p => p.Remove("shop").Add("id", Transform.Bucket(2)), LakeBed.Cancellation);
        for (var i = 20; i < 24; i++) table = await table.AppendAsync([RowsBed.Rows((i, null, i))], LakeBed.Cancellation);
        var before = await RowsBed.ReadAsync(table);
        await new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest(), null, LakeBed.Cancellation);
        table = await _bed.LoadAsync();
        Assert.Equal(2, (await EntriesAsync(table)).Manifests.Where(m => m.HasAliveFiles).Select(m => (m.SpecId, m.Content)).Distinct().Count());
        Assert.Equal(before, await RowsBed.ReadAsync(table));
    }

    [Fact]
    public async Task A_rewrite_that_is_cut_off_leaves_no_manifests()
    {
        var table = await FilledAsync(3);
        var files = await FilesAsync(table);
        _bed.Racing.BeforeSwap.Enqueue(() => throw new CommitNotMadeException("the catalog is not there", new IOException()));
        await Assert.ThrowsAsync<CommitNotMadeException>(() => new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest(), null, LakeBed.Cancellation));
        Assert.Equal(files, await FilesAsync(table));
        Assert.StartsWith("TargetBytes is 0; it must be above 0", (await Assert.ThrowsAsync<LakeRequestException>(() => new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest { TargetBytes = 0 }, null, LakeBed.Cancellation))).Message, StringComparison.Ordinal);
    }

    // Commits that add a file to each of three partitions.
    private async Task<Table> FilledAsync(int commits)
    {
        var table = await _bed.CreateAsync(RowsBed.ByShop);
        for (var i = 0; i < commits; i++) table = await table.AppendAsync([RowsBed.Rows((i * 3, "a", i), ((i * 3) + 1, "b", i), ((i * 3) + 2, "c", i))], LakeBed.Cancellation);
        return table;
    }

    // A manifest a partition, about.
    private static ManifestRewriteRequest Small((List<ManifestFile> Manifests, List<ManifestEntry> Entries) of) => new() { TargetBytes = (of.Manifests.Sum(m => m.Length) / 3) + 1 };

    private Task<List<string>> FilesAsync(Table table) => _bed.Bed.Place.FilesAsync($"{table.Metadata.Location}/metadata");

    private static string Line(ManifestEntry entry) => $"{entry.File.Path} {entry.SnapshotId} {entry.SequenceNumber} {entry.FileSequenceNumber}";

    private static async Task<(List<ManifestFile> Manifests, List<ManifestEntry> Entries)> EntriesAsync(Table table)
    {
        var manifests = await ManifestFiles.ListAsync(table.Storage, table.Metadata, table.Metadata.CurrentSnapshot!, LakeBed.Cancellation);
        var entries = new List<ManifestEntry>();
        foreach (var manifest in manifests) entries.AddRange(await ManifestFiles.EntriesAsync(table.Storage, table.Metadata, manifest, LakeBed.Cancellation));
        return (manifests, entries);
    }
}
