using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Features.BadInput;

/// <summary>A process with features that is mistreated, and the checks that it has taken no harm: it takes an event, applies and answers it, and has not grown.</summary>
public sealed class MistreatedFeatures : IAsyncLifetime
{
    // The ids of events that were taken, pools of bodies of 11 MB, pages of the journal: whatever number of requests brought them.
    private const long AllowedGrowth = 512L << 20;

    // Files of the journal and the store that come with use.
    private const int AllowedFiles = 16;

    private const string Places = """
        {
          "entities": [ { "name": "place", "joinKeys": [ { "name": "code", "type": "string" } ] } ],
          "sources": [ { "name": "places", "kind": "push", "fields": [ { "name": "area", "type": "float" } ] } ],
          "featureViews": [
            { "name": "place_size", "kind": "batch", "entities": ["place"], "source": "places", "features": [ { "name": "area", "type": "float" } ] },
            { "name": "shopper_half", "kind": "onDemand", "entities": ["shopper"], "inputs": ["shopper_clicks"], "requestInputs": [ { "name": "part", "type": "double" } ],
              "features": [ { "name": "share", "type": "double", "expression": "part / clicks_30d" } ] }
          ]
        }
        """;

    private readonly FeatureFolders _folders = new();
    private ApplianceProcess? _appliance;
    private long _shoppers = 1_000_000;
    private long _bytesBefore;
    private int _filesBefore;

    internal async Task<ApplianceProcess> StartedAsync()
    {
        if (_appliance is null)
        {
            ApplianceBinary.PathOrSkip();
            _appliance = await ApplianceProcess.StartAsync(_folders.Settings(("Features:Ingest:CheckpointInterval", "00:00:00.1")));
            await _appliance.DefineAsync(ShopDefinitions.Json);
            await _appliance.DefineAsync(Places);
            await AnswersAsync();
            _bytesBefore = ProcessFigures.ResidentBytes(_appliance.Id);
            _filesBefore = ProcessFigures.OpenFiles(_appliance.Id);
        }
        Assert.False(_appliance.HasExited, $"an earlier test ended the appliance:\n{_appliance.Log}");
        return _appliance;
    }

    /// <summary>A shopper that no other test uses.</summary>
    internal long NextShopper() => Interlocked.Increment(ref _shoppers);

    /// <summary>Fails the test unless the process is as it was before.</summary>
    internal async Task IsUnharmedAsync()
    {
        var appliance = await StartedAsync();
        await IsInServiceAsync();
        await Eventually.BecomesTrueAsync(
            () => Task.FromResult(ProcessFigures.OpenFiles(appliance.Id) <= _filesBefore + AllowedFiles), TimeSpan.FromSeconds(20),
            () => $"the process holds some {_filesBefore} files again; it holds {ProcessFigures.OpenFileKinds(appliance.Id)}");
    }

    /// <summary>The same while callers still hold connections open: it takes and answers others, and has not grown.</summary>
    internal async Task IsInServiceAsync()
    {
        var appliance = await StartedAsync();
        await appliance.AssertAliveAsync();
        await AnswersAsync();
        Assert.InRange(ProcessFigures.ResidentBytes(appliance.Id) - _bytesBefore, long.MinValue, AllowedGrowth);
    }

    /// <summary>Waits until a dead letter holds all of the texts.</summary>
    internal async Task HasDeadLetterAsync(params string[] texts)
    {
        await Eventually.BecomesTrueAsync(
            () => Task.FromResult(DeadLetters().Any(l => Array.TrueForAll(texts, t => l.Contains(t, StringComparison.Ordinal)))), TimeSpan.FromSeconds(30),
            () => $"a dead letter says {string.Join(" and ", texts)}; they are\n{string.Join('\n', DeadLetters())}");
    }

    internal List<string> DeadLetters() => [.. Directory.GetFiles(Path.Combine(_folders.Features, "dead-letters"), "*.jsonl").SelectMany(File.ReadAllLines)];

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (_appliance is not null) await _appliance.DisposeAsync();
        _folders.Dispose();
    }

    private async Task AnswersAsync()
    {
        var shopper = NextShopper();
        Assert.Equal(1, await _appliance!.SendEventsAsync(ShopDefinitions.Click($"good-{shopper}", shopper, 1, 1, FeatureCalls.NowMicros())));
        await _appliance!.AppliedAsync(ShopDefinitions.Entity, shopper, ShopDefinitions.Clicks, "1");
    }
}
