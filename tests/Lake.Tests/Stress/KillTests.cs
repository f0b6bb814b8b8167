using System.Diagnostics;
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

    private static readonly string[] Points =
    [
        "data:before", "data:torn", "data:after", "manifest:before", "manifest:torn", "manifest:after", "list:before", "list:torn", "list:after", "metadata:before", "metadata:torn", "metadata:after", "swap:before", "swap:after", "hint:before", "hint:torn", "hint:after",
    ];

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
        await CheckAsync(bench, ledger, seed);

        // Undisturbed, a compaction finishes what the others left: no deletes are left to apply.
        await new Compaction(await bench.LoadAsync()).RunAsync(new CompactionRequest { MinInputFiles = 2, MaxDeleteFiles = 0 }, null, LakeBed.Cancellation);
        await CheckAsync(bench, ledger, seed);
        // What the dead left behind goes, and nothing else.
        var table = await bench.LoadAsync();
        Assert.Equal("0", table.Metadata.CurrentSnapshot!.Summary["total-delete-files"]);
        var later = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.UtcNow.AddDays(30));
        await new SnapshotExpiry(table, later).RunAsync(new ExpiryRequest(), null, LakeBed.Cancellation);
        await new OrphanFiles(table, later).RunAsync(OrphanFiles.DefaultAge, null, LakeBed.Cancellation);
        await CheckAsync(bench, ledger, seed);
        var now = await bench.LoadAsync();
        var files = (await TableScan.Of(now, new ScanRequest()).PlanAsync(LakeBed.Cancellation)).Tasks.Select(t => t.File.Path).Order();
        Assert.Equal(files, Directory.EnumerateFiles($"{now.Metadata.Location}/data", "*", SearchOption.AllDirectories).Order());
    }

    [Theory]
    [InlineData("file")]
    [InlineData("sql")]
    public async Task An_expiry_that_is_killed_at_any_step_loses_no_row_and_the_next_one_ends_it(string catalog)
    {
        using var folder = new TemporaryFolder();
        FaultPoint.TryParse(FaultPoint.Never, out var never);
        using var bench = Bench.Open(catalog, folder.Path, never);
        await bench.CreateAsync();
        var ledger = new KillLedger();
        await RunAsync(ledger, "append", catalog, folder.Path, "0", "0", "4", FaultPoint.Never);
        await RunAsync(ledger, "compact", catalog, folder.Path, "0", "0", "1", FaultPoint.Never);
        foreach (var point in (string[])["metadata:torn:1", "swap:before:1", "swap:after:1", "delete:before:1", "delete:after:3"])
        {
            // An expiry has something to do each time.
            await RunAsync(ledger, "append", catalog, folder.Path, "0", $"{ledger.Added}", "2", FaultPoint.Never);
            await RunAsync(ledger, "compact", catalog, folder.Path, "0", "0", "1", FaultPoint.Never);
            Assert.True(await RunAsync(ledger, "expire", catalog, folder.Path, "0", "0", "1", point), $"the expiry was not killed at {point}");
            await CheckAsync(bench, ledger, 0);
        }
        Assert.False(await RunAsync(ledger, "expire", catalog, folder.Path, "0", "0", "1", FaultPoint.Never));
        await CheckAsync(bench, ledger, 0);
        Assert.Single((await bench.LoadAsync()).Metadata.Snapshots);
    }

    // Writers, a deleter of what they wrote the round before, and two compactors; half of them die.
    private static async Task RoundAsync(Bench bench, string catalog, string folder, int round, Random random, KillLedger ledger, int commits)
    {
        var processes = new List<Task<bool>>();
        for (var writer = 0; writer < Writers; writer++)
        {
            var point = writer % 2 == 0 ? $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits + 1)}" : FaultPoint.Never;
            processes.Add(RunAsync(ledger, "append", catalog, folder, $"{writer}", $"{round * commits}", $"{commits}", point));
        }
        if (round > 0) processes.Add(RunAsync(ledger, "delete", catalog, folder, $"{random.Next(Writers)}", $"{(round - 1) * commits}", $"{commits / 2}", $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits)}"));
        processes.Add(RunAsync(ledger, "compact", catalog, folder, "0", "0", $"{commits}", $"{Points[random.Next(Points.Length)]}:{random.Next(1, commits + 1)}"));
        processes.Add(RunAsync(ledger, "compact", catalog, folder, "0", "1", $"{commits}", $"{CompactionPoints[random.Next(CompactionPoints.Length)]}:{random.Next(1, 3 * commits)}"));
        var all = Task.WhenAll(processes);
        while (!all.IsCompleted) await ledger.ReadAsync(await bench.LoadAsync());
        Assert.Contains(true, await all);
    }

    // Whether it was killed.
    private static async Task<bool> RunAsync(KillLedger ledger, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(typeof(Bench).Assembly.Location);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(LakeBed.Cancellation);
            while (await process.StandardOutput.ReadLineAsync(LakeBed.Cancellation) is { } line) ledger.Add(line);
            await process.WaitForExitAsync(LakeBed.Cancellation).WaitAsync(TimeSpan.FromMinutes(2), LakeBed.Cancellation);
            Assert.True(process.ExitCode is 0 or 137, $"{string.Join(' ', arguments)} ended with {process.ExitCode}: {await errors}");
            return process.ExitCode == 137;
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    private static async Task CheckAsync(Bench bench, KillLedger ledger, int seed)
    {
        var seen = await ledger.ReadAsync(await bench.LoadAsync());
        Assert.True(ledger.Lost(seen) is [], $"seed {seed}: acknowledged batches {string.Join(", ", ledger.Lost(seen))} are not there");
        Assert.True(ledger.CameBack(seen) is [], $"seed {seed}: deleted batches {string.Join(", ", ledger.CameBack(seen))} are there");
    }
}
