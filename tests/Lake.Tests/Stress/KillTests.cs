using System.Globalization;
using Lake.Maintenance;
using Lake.Scan;
using Lake.Stress;
using Lake.Tests.Tables;
using TestKit;

namespace Lake.Tests.Stress;

/// <summary>Processes that append, delete and compact at once, some of which are killed at each step of a commit. Every row is accounted for.</summary>
public sealed class KillTests
{
    private const int Writers = 8;

    private static readonly string[] Points = [.. new[] { "data", "manifest", "list", "metadata", "swap", "hint" }.SelectMany(FaultPoint.Of)];

    // Steps of a compaction beside those of its commits: a file that it reads, one that it takes away because others outran it.
    private static readonly string[] CompactionPoints = ["read:before", "read:after", "data:after", "delete:before", "delete:after", "swap:after"];

    [Theory]
    [InlineData("file")]
    [InlineData("sql")]
    public async Task Whoever_is_killed_at_whatever_step_each_acknowledged_change_is_there_once_and_no_reader_fails(string catalog)
    {
        var isLong = Environment.GetEnvironmentVariable("APPLIANCE_SOAK") == "1";
        var seed = int.TryParse(Environment.GetEnvironmentVariable("APPLIANCE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : catalog.Length;
        TestContext.Current.TestOutputHelper!.WriteLine($"seed {seed}");
        var random = new Random(seed);
        using var folder = new TemporaryFolder();
        FaultPoint.TryParse(FaultPoint.Never, out var never);
        using var bench = Bench.Open(catalog, folder.Path, never);
        await bench.CreateAsync();
        var ledger = new KillLedger();
        for (var round = 0; round < (isLong ? 20 : 2); round++) await RoundAsync(bench, catalog, folder.Path, round, random, ledger, isLong ? 20 : 4);
        await ledger.CheckAsync(await bench.LoadAsync(), $"seed {seed}");

        // Undisturbed, a compaction finishes what the others left: no deletes are left to apply.
        await new Compaction(await bench.LoadAsync()).RunAsync(new CompactionRequest { MinInputFiles = 2, MaxDeleteFiles = 0 }, null, LakeBed.Cancellation);
        await ledger.CheckAsync(await bench.LoadAsync(), $"seed {seed}");
        // What the dead left behind goes, and nothing else.
        var table = await bench.LoadAsync();
        Assert.Equal("0", table.Metadata.CurrentSnapshot!.Summary["total-delete-files"]);
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(30));
        await new SnapshotExpiry(table, later).RunAsync(new ExpiryRequest(), null, LakeBed.Cancellation);
        await new OrphanFiles(table, later).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        await ledger.CheckAsync(await bench.LoadAsync(), $"seed {seed}");
        var now = await bench.LoadAsync();
        var files = (await TableScan.Of(now, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File.Path).Order();
        Assert.Equal(files, Directory.EnumerateFiles($"{now.Metadata.Location}/data", "*", SearchOption.AllDirectories).Order());
    }

    // Writers, a deleter of what they wrote the round before, and two compactors; half of them die.
    private static async Task RoundAsync(Bench bench, string catalog, string folder, int round, Random random, KillLedger ledger, int commits)
    {
        var processes = new List<Task<bool>>();
        for (var writer = 0; writer < Writers; writer++)
        {
            var point = writer % 2 == 0 ? $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits + 1)}" : FaultPoint.Never;
            processes.Add(StressProcess.RunAsync(ledger, "append", catalog, folder, $"{writer}", $"{round * commits}", $"{commits}", point));
        }
        if (round > 0) processes.Add(StressProcess.RunAsync(ledger, "delete", catalog, folder, $"{random.Next(Writers)}", $"{(round - 1) * commits}", $"{commits / 2}", $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits)}"));
        processes.Add(StressProcess.RunAsync(ledger, "compact", catalog, folder, "0", "0", $"{commits}", $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits + 1)}"));
        processes.Add(StressProcess.RunAsync(ledger, "compact", catalog, folder, "0", "1", $"{commits}", $"{CompactionPoints[random.Next(CompactionPoints.Length)]}:{random.Next(1, 3 * commits)}"));
        var all = Task.WhenAll(processes);
        while (!all.IsCompleted) await ledger.ReadAsync(await bench.LoadAsync());
        Assert.Contains(true, await all);
    }
}
