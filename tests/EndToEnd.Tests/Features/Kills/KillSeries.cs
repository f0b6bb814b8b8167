using Contracts.Journal;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features.Kills;

/// <summary>
/// A series of lives of the real process over one folder, each ended by SIGKILL while requests are under way, and the comparison of what its store
/// holds with what was acknowledged.
/// </summary>
internal sealed class KillSeries(int seed, ITestOutputHelper output) : IDisposable
{
    private const int Posters = 4;

    // Requests that a life acknowledges before its end.
    private const int FewestPosts = 5, MostPosts = 120;

    // A request takes about a millisecond: up to here the kill falls anywhere within some of them, not right behind an answer.
    private const int LatestMilliseconds = 25;

    // A start takes about 150 ms, its recovery included.
    private const int LatestStartMilliseconds = 200;

    private readonly FeatureFolders _folders = new();
    private readonly Random _random = new(seed);
    private readonly KillLedger _ledger = new();
    private readonly KillPosts[] _posts = [.. Enumerable.Range(0, Posters).Select(p => new KillPosts(seed, p, Posters, FeatureCalls.NowMicros()))];
    private long _markers;

    private string Store => Path.Combine(_folders.Features, "store");

    public void Dispose() => _folders.Dispose();

    /// <param name="kills">How often the process is killed.</param>
    /// <param name="compareEvery">Kills between two comparisons.</param>
    /// <param name="damageEvery">Kills between two after which the newest checkpoint is damaged.</param>
    public async Task RunAsync(int kills, int compareEvery, int damageEvery)
    {
        await using (var first = await ApplianceProcess.StartAsync(Settings())) await first.DefineAsync(ShopDefinitions.Json);
        var damages = 0;
        for (var kill = 1; kill <= kills; kill++)
        {
            if (_random.Next(4) == 0) await ApplianceProcess.KillInStartAsync(Settings(), TimeSpan.FromMilliseconds(_random.Next(LatestStartMilliseconds)));
            else await LiveAsync();
            if (kill / damageEvery > damages && CheckpointDamage.Numbers(Store) is [_, var older, ..])
            {
                output.WriteLine($"kill {kill}: {CheckpointDamage.Apply(Store, _random)}");
                await ComparedAsync(older);
                damages++;
            }
            else if (kill % compareEvery == 0 || kill == kills)
            {
                await ComparedAsync(null);
            }
        }
        Assert.Equal(kills / damageEvery, damages);
        output.WriteLine($"{kills} kills, {_ledger}; newest checkpoint {CheckpointDamage.Numbers(Store)[0]}");
    }

    private async Task LiveAsync()
    {
        await using var appliance = await ApplianceProcess.StartAsync(Settings());
        var reached = _ledger.FurtherAsync(_random.Next(FewestPosts, MostPosts + 1));
        using var killed = new CancellationTokenSource();
        var posters = _posts.Select((p, i) => new KillPoster(_ledger, appliance, i, killed.Token).RunAsync(p.Next)).ToList();
        // A poster ends by itself only where something is wrong.
        if (await Task.WhenAny([reached, .. posters]) is var first && first != reached) await first;
        await Task.Delay(_random.Next(LatestMilliseconds), TestContext.Current.CancellationToken);
        await killed.CancelAsync();
        await appliance.KillAsync();
        await Task.WhenAll(posters);
    }

    /// <summary>Starts, sends again what had no answer, and compares. It leaves as it found: by SIGKILL.</summary>
    /// <param name="checkpoint">The checkpoint that it must have started from; null for any.</param>
    private async Task ComparedAsync(long? checkpoint)
    {
        await using var appliance = await ApplianceProcess.StartAsync(Settings());
        if (checkpoint is not null) Assert.True(appliance.Log.Contains($"rows of checkpoint {checkpoint};"), $"the store is that of checkpoint {checkpoint}; the log:\n{appliance.Log}");
        await Task.WhenAll(Enumerable.Range(0, Posters).Select(i => new KillPoster(_ledger, appliance, i, CancellationToken.None).RunAsync(() => null)));
        await MarkAsync(appliance);
        var stored = await appliance.ReadFeaturesAsync(
            ShopDefinitions.Entity, Enumerable.Range(0, KillPosts.Shoppers).Select(i => (long)i),
            ShopDefinitions.Clicks, ShopDefinitions.ClicksOfTheDay, ShopDefinitions.Units, ShopDefinitions.Amount, ShopDefinitions.Level);
        _ledger.Compare(stored);
        var status = await new Journal.JournalClient(appliance.Channel).GetStatusAsync(new GetStatusRequest(), deadline: ApplianceCalls.Deadline);
        Assert.Equal((0, ""), (status.Damages, status.DiskFault));
        output.WriteLine($"equal after {_ledger.Events} events; journal from {status.OldestPosition} to {status.EndPosition}, store log from segment {LogSegments().Min()} to {LogSegments().Max()}");
    }

    /// <summary>One writer applies events in their order: once the last of all shows, so does everything before it.</summary>
    private async Task MarkAsync(ApplianceProcess appliance)
    {
        var marker = KillPosts.Shoppers + ++_markers;
        Assert.Equal(1, await appliance.SendEventsAsync(ShopDefinitions.Click($"marker-{marker}", marker, 0, 0, FeatureCalls.NowMicros())));
        await appliance.AppliedAsync(ShopDefinitions.Entity, marker, ShopDefinitions.Clicks, "1");
    }

    /// <summary>The first segment of the store's log that is left: past 0 once compaction has moved its begin.</summary>
    public int FirstLogSegment() => LogSegments().Min();

    private IEnumerable<int> LogSegments() => Directory.GetFiles(Store, "log.*").Select(f => int.Parse(Path.GetExtension(f)[1..], System.Globalization.CultureInfo.InvariantCulture));

    // Small files and little memory: within seconds checkpoints, index checkpoints, new log files, compaction and the journal's retention all come by.
    private ApplianceSettings Settings() => _folders.Settings(
        ("Features:Ingest:CheckpointInterval", "00:00:00.05"),
        ("Features:Store:MemoryBytes", $"{1 << 20}"), ("Features:Store:PageBytes", $"{16 << 10}"), ("Features:Store:SegmentBytes", $"{256 << 10}"),
        ("Features:Store:IndexCheckpointBytes", $"{512 << 10}"), ("Features:Store:CompactionMinBytes", $"{512 << 10}"), ("Features:Store:ExpirySweep", "00:00:02"),
        ("Features:Journal:PageBytes", $"{64 << 10}"), ("Features:Journal:MemoryBytes", $"{1 << 20}"), ("Features:Journal:SegmentBytes", $"{256 << 10}"),
        ("Features:Journal:MaxPendingBytes", $"{512 << 10}"), ("Features:Journal:DedupEvents", "5000"),
        ("Features:Journal:RetainBytes", $"{1 << 20}"), ("Features:Journal:RetentionInterval", "00:00:00.2"));
}
