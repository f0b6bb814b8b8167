using System.Globalization;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Stress;
using Lake.Tests.Storage;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Stress;

/// <summary>Processes that expire snapshots and remove orphan files are killed at their steps: every living file is still there, and the next run ends the work.</summary>
[Collection(S3UpkeepCollection.Name)]
public sealed class UpkeepKillTests(S3Server server) : IDisposable
{
    // Steps at which something changes, in their order; the other points are drawn.
    private static readonly string[] ExpiryPoints = ["metadata:torn:1", "swap:before:1", "swap:after:1", "delete:before:1", "delete:after:3"];

    private static readonly string[] OrphanPoints = ["delete:before:1", "delete:after:1", "delete:after:5"];

    private readonly TemporaryFolder _folder = new();
    private readonly KillLedger _ledger = new();
    private Bench? _bench;
    private long _batches;

    private Bench Bench => _bench!;

    public void Dispose()
    {
        _bench?.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("file", 1)]
    [InlineData("sql", 2)]
    [InlineData("s3", 3)]
    public async Task An_expiry_that_is_killed_at_any_step_loses_no_row_and_the_next_one_ends_it(string kind, int seed)
    {
        var catalog = await OpenAsync(kind);
        foreach (var point in Drawn(seed, ExpiryPoints, ["look:before:{0}", "look:after:{0}", "delete:before:{0}", "delete:after:{0}", "metadata:before:1", "metadata:after:1"], kind))
        {
            await FillAsync();
            Assert.True(await RunAsync("expire", catalog, point), $"seed {seed}: the expiry was not killed at {point}");
            await WholeAsync($"seed {seed}: an expiry was killed at {point}");
        }
        await FillAsync();
        Assert.False(await RunAsync("expire", catalog, FaultPoint.Never));
        await WholeAsync($"seed {seed}: expiries were killed");
        Assert.Single((await Bench.LoadAsync()).Metadata.Snapshots);
        // What those that were killed left is found.
        Assert.False(await RunAsync("orphans", catalog, FaultPoint.Never));
        await EndedAsync();
    }

    [Theory]
    [InlineData("file", 4)]
    [InlineData("sql", 5)]
    [InlineData("s3", 6)]
    public async Task A_removal_of_orphans_that_is_killed_at_any_step_leaves_all_living_files_and_the_next_one_ends_it(string kind, int seed)
    {
        var catalog = await OpenAsync(kind);
        await FillAsync();
        foreach (var point in Drawn(seed, OrphanPoints, ["look:before:{0}", "look:after:{0}", "delete:before:{0}", "delete:after:{0}"], kind))
        {
            await LeaveAsync();
            Assert.True(await RunAsync("orphans", catalog, point), $"seed {seed}: the removal was not killed at {point}");
            await WholeAsync($"seed {seed}: a removal of orphans was killed at {point}");
        }
        Assert.False(await RunAsync("orphans", catalog, FaultPoint.Never));
        await WholeAsync($"seed {seed}: removals of orphans were killed");
        Assert.DoesNotContain(await LakeBed.FilesAsync(await StorageAsync(), (await Bench.LoadAsync()).Metadata.Location), f => f.Location.Contains("left", StringComparison.Ordinal));
        // Older snapshots are whole, too.
        var table = await Bench.LoadAsync();
        foreach (var snapshot in table.Metadata.Snapshots) Assert.NotEmpty(await LakeBed.ReadAsync(table, new ScanRequest { SnapshotId = snapshot.SnapshotId }));
    }

    private static IEnumerable<string> Drawn(int seed, string[] always, string[] others, string kind)
    {
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        if (Environment.GetEnvironmentVariable("APPLIANCE_SOAK") == "1") return [.. always, .. others.SelectMany(o => Enumerable.Range(1, 6).Select(n => string.Format(CultureInfo.InvariantCulture, o, n))).Distinct()];
        var random = new Random(seed);
        var drawn = Enumerable.Range(0, 3).Select(_ => string.Format(CultureInfo.InvariantCulture, others[random.Next(others.Length)], random.Next(1, 7)));
        // Over S3 a part of those that are always tried.
        return [.. kind == "s3" ? always.Where((_, i) => i % 2 == 0) : always, .. drawn];
    }

    private async Task<string> OpenAsync(string kind)
    {
        // Skips where the server is not installed.
        var catalog = kind == "s3" ? $"s3={server.Options(_folder["staging"]).ServiceUrl}/{S3Server.Bucket}" : kind;
        FaultPoint.TryParse(FaultPoint.Never, out var never);
        _bench = Bench.Open(catalog, _folder.Path, never);
        await _bench.CreateAsync();
        return catalog;
    }

    private Task<bool> RunAsync(string job, string catalog, string point) => StressProcess.RunAsync(_ledger, job, catalog, _folder.Path, "0", "0", "1", point);

    // Three commits that are put together into a file each: snapshots, manifests and data that only older ones reach.
    private async Task FillAsync()
    {
        for (var i = 0; i < 3; i++)
        {
            var batch = _batches++;
            await Bench.AppendAsync(batch);
            _ledger.Add($"added {batch}");
        }
        await new Compaction(await Bench.LoadAsync()).RunAsync(new CompactionRequest { MinInputFiles = 2 }, null, LakeBed.Cancellation);
    }

    // Files that nothing names, of each kind.
    private async Task LeaveAsync()
    {
        var (storage, location) = (await StorageAsync(), (await Bench.LoadAsync()).Metadata.Location);
        for (var i = 0; i < 3; i++)
        {
            await storage.WriteAsync($"{location}/data/left-{Guid.NewGuid():N}.parquet", "left"u8.ToArray(), LakeBed.Cancellation);
            await storage.WriteAsync($"{location}/metadata/m-left-{Guid.NewGuid():N}.avro", "left"u8.ToArray(), LakeBed.Cancellation);
        }
    }

    private async Task<Lake.Storage.ITableStorage> StorageAsync() => (await Bench.LoadAsync()).Storage;

    private async Task WholeAsync(string what) => await _ledger.CheckAsync(await Bench.LoadAsync(), what);

    // The newest snapshot's files, and no others.
    private async Task EndedAsync()
    {
        var now = await Bench.LoadAsync();
        var files = (await TableScan.Of(now, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File.Path).Order(StringComparer.Ordinal);
        Assert.Equal(files, (await LakeBed.FilesAsync(now.Storage, $"{now.Metadata.Location}/data")).Select(f => f.Location));
    }
}
