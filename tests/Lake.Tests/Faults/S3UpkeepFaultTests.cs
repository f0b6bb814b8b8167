using Lake.Commit;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using Lake.Write;

namespace Lake.Tests.Faults;

/// <summary>Requests of upkeep of a table on S3 fail, one or all from one on: the table stays whole, and the next run ends the work.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class S3UpkeepFaultTests : IDisposable
{
    private static readonly S3Fault[] Kinds = [S3Fault.SlowDown, S3Fault.Internal, S3Fault.Denied, S3Fault.Missing, S3Fault.Dropped, S3Fault.Lost, S3Fault.Cut];

    private readonly S3Place _place;
    private readonly LakeBed _bed;

    public S3UpkeepFaultTests(S3Server server) => _bed = new LakeBed(_place = new S3Place(server));

    public void Dispose() => _bed.Dispose();

    [Theory]
    [InlineData("compaction", 1)]
    [InlineData("expiry", 2)]
    [InlineData("orphans", 3)]
    [InlineData("manifests", 4)]
    public async Task Whatever_fails_no_row_is_lost_the_failure_is_told_and_the_next_run_ends_the_work(string job, int seed)
    {
        var random = new Random(seed);
        // How many requests it makes undisturbed.
        var table = await FilledAsync("shop.undisturbed");
        var start = _place.Proxy.Requests.Count;
        await RunAsync(job, table);
        var count = _place.Proxy.Requests.Count - start;
        Assert.InRange(count, 12, 200);
        var told = 0;
        for (var at = random.Next(4); at < count; at += _place.Stride(1, 5) + random.Next(3))
        {
            var (fault, isLasting) = (Kinds[random.Next(Kinds.Length)], random.Next(2) == 0);
            var what = $"{job}, seed {seed}: {(isLasting ? "from " : "")}request {at} failed by {fault}";
            table = await FilledAsync($"shop.t{at}");
            start = _place.Proxy.Requests.Count;
            var failed = _place.Proxy.Failed;
            _place.Proxy.Faults = (number, _) => isLasting ? number >= start + at ? fault : null : number == start + at ? fault : null;
            var e = await Record.ExceptionAsync(() => RunAsync(job, table));
            _place.Proxy.Faults = (_, _) => null;
            Assert.True(_place.Proxy.Failed > failed, what);
            if (e is not null) Told(e, what, ref told);
            var now = await table.RefreshAsync(LakeBed.Cancellation);
            Assert.True(await IdsAsync(now) is [1, 2, 3, 4, 5, 6, 7], what);
            await RunAsync(job, now);
            await EndedAsync(job, await table.RefreshAsync(LakeBed.Cancellation), what);
            Assert.Empty(_place.Staged());
        }
        Assert.NotEqual(0, told);
    }

    [Fact]
    public async Task A_storage_that_fails_as_an_expiry_deletes_is_told_with_what_is_done_and_what_does_the_rest()
    {
        var table = await FilledAsync("shop.orders");
        var snapshots = table.Metadata.Snapshots.Count;
        _place.Proxy.Faults = (_, r) => r is { Method: "POST", Key.Length: 0 } ? S3Fault.Denied : null;
        var e = await Assert.ThrowsAsync<IOException>(() => RunAsync("expiry", table));
        _place.Proxy.Faults = (_, _) => null;
        Assert.Matches($@"^{snapshots - 1} snapshots are out of table shop\.orders, and not all files that only they reached are deleted: s3://\S+, with \d+ others, cannot be deleted: S3 answered 403 AccessDenied: as the test says; give the credentials the right s3:DeleteObject to it, or set others\. Orphan removal deletes the rest: lake orphans shop\.orders$", e.Message);
        Assert.Single((await table.RefreshAsync(LakeBed.Cancellation)).Metadata.Snapshots);
    }

    private Task RunAsync(string job, Table table) => job switch
    {
        "compaction" => new Compaction(table).RunAsync(new CompactionRequest { MinInputFiles = 2, MaxDeleteFiles = 0, MaxCommits = 2, Parallelism = 1 }, null, LakeBed.Cancellation),
        "expiry" => new SnapshotExpiry(table, _bed.Clock).RunAsync(new ExpiryRequest { MaxSnapshotAge = TimeSpan.Zero }, null, LakeBed.Cancellation),
        "orphans" => new OrphanFiles(table, _bed.Clock).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation),
        _ => new ManifestRewrite(table).RunAsync(new ManifestRewriteRequest(), null, LakeBed.Cancellation),
    };

    // The answers of a lake that it gives to people, and nothing else.
    private static void Told(Exception e, string what, ref int told)
    {
        Assert.True(e is IOException or CommitStateUnknownException or CommitNotMadeException or LakeFormatException, $"{what}: {e}");
        Assert.Matches(@"s3://lake/\S+", e.Message);
        told++;
    }

    private async Task EndedAsync(string job, Table table, string what)
    {
        Assert.True(await IdsAsync(table) is [1, 2, 3, 4, 5, 6, 7], what);
        var tasks = (await TableScan.Of(table, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks;
        var files = await _place.FilesAsync(table.Metadata.Location);
        Assert.True(tasks.All(t => files.Contains(t.File.Path)), what);
        switch (job)
        {
            case "compaction":
                Assert.True(tasks.Count == 2 && tasks.All(t => t.Deletes.Count == 0), $"{what}: {tasks.Count} files are left");
                break;
            case "expiry":
                Assert.True(table.Metadata.Snapshots.Count == 1, what);
                break;
            case "orphans":
                Assert.True(!files.Exists(f => f.Contains("left", StringComparison.Ordinal)), what);
                break;
            default:
                Assert.True(tasks.Count == 4 && table.Metadata.CurrentSnapshot!.Operation == "replace", what);
                break;
        }
    }

    // Two partitions of two files each, with a deleted row; beside them, old files that nothing names.
    private async Task<Table> FilledAsync(string name)
    {
        var properties = new Dictionary<string, string> { ["commit.retry.min-wait-ms"] = "0", ["write.delete.mode"] = "merge-on-read" };
        var table = await _bed.CreateAsync(RowsBed.Schema, RowsBed.ByShop, properties, name);
        table = await table.AppendAsync([RowsBed.Rows((0, "a", 0), (1, "a", 1), (2, "b", 2), (3, "b", 3))], LakeBed.Cancellation);
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        table = await table.AppendAsync([RowsBed.Rows((4, "a", 4), (5, "a", 5), (6, "b", 6), (7, "b", 7))], LakeBed.Cancellation);
        table = await table.DeleteAsync(Expressions.Filter.Equal("id", 0), null, LakeBed.Cancellation);
        foreach (var left in (string[])["data/left-1.parquet", "data/left-2.parquet", "metadata/left.avro", "metadata/v0.left.metadata.json"]) await _place.WriteAsync($"{table.Metadata.Location}/{left}", "left");
        _bed.Clock.Advance(TimeSpan.FromMinutes(1));
        await _place.SetTimesAsync(table.Metadata.Location, _bed.Clock.GetUtcNow().AddDays(-4));
        return table;
    }

    private static async Task<List<long>> IdsAsync(Table table) => [.. (await LakeBed.ReadAsync(table)).Select(r => (long)r[0]!).Order()];
}
