using System.Text;
using Appliance.Features.Backfill;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Events;
using FeatureModel.Values;
using Microsoft.Extensions.Logging.Abstractions;
using TestKit;

namespace Appliance.Features.Tests.Backfill;

/// <summary>A platform on real files whose loop the test steps, and which can be torn down as by a crash.</summary>
internal sealed class BackfillBed : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private FeaturePlatform? _platform;

    public BackfillBed(DateTimeOffset now)
    {
        Time = new ManualTime(now);
        Options = new FeaturePlatformOptions(new FeatureOptions { Folder = _folder["features"] }, new(), new(), new());
        (Options.Store.MemoryBytes, Options.Store.PageBytes, Options.Store.SegmentBytes) = (32 << 20, 1 << 20, 4 << 20);
        (Options.Journal.PageBytes, Options.Journal.MemoryBytes) = (1 << 16, 1 << 20);
        (Options.Journal.SegmentBytes, Options.Journal.MaxPendingBytes) = (1 << 18, 1 << 18);
    }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ManualTime Time { get; }

    /// <summary>Read when the platform is opened.</summary>
    public FeaturePlatformOptions Options { get; }

    public FeaturePlatform Platform => _platform!;

    public long Now => FeatureStage.Micros(Time.GetUtcNow());

    public async Task StartAsync()
    {
        _platform = FeaturePlatform.Open(Options, Time, NullLoggerFactory.Instance);
        await _platform.StartAsync(Cancellation);
    }

    /// <summary>What no checkpoint holds is gone, as after a crash.</summary>
    public async Task CrashAsync()
    {
        await _platform!.DisposeAsync();
        await StartAsync();
    }

    /// <summary>Removes the store, so that it is filled again from the journal.</summary>
    public async Task LoseStoreAsync()
    {
        await _platform!.DisposeAsync();
        Directory.Delete(Options.Store.Folder, recursive: true);
        await StartAsync();
    }

    public void Declare(FeatureDefinitions definitions)
    {
        var result = Platform.Registry.Apply(definitions, ApplyMode.Merge, new RegistryRequest("test", "test"), []);
        Assert.True(result.Outcome == RegistryOutcome.Applied, result.Message);
        Platform.Catalog.Replace(CatalogBuilder.Build(Platform.Registry.State));
    }

    public void Delete(string view)
    {
        var result = Platform.Registry.Delete(DefinitionKind.FeatureView, view, new RegistryRequest("test", "test"), []);
        Assert.True(result.Outcome == RegistryOutcome.Applied, result.Message);
        Platform.Catalog.Replace(CatalogBuilder.Build(Platform.Registry.State));
    }

    /// <summary>Appends events to the stream; returns when they are durable.</summary>
    public async Task SendAsync(params IReadOnlyCollection<string> events)
    {
        // No more at once than may wait for the disk.
        foreach (var chunk in events.Chunk(200))
        {
            var results = new JournalAppend[chunk.Length];
            Assert.Equal(JournalOutcome.Ok, Platform.Journal.Append(Records(chunk), results, out _));
            Assert.Equal(JournalOutcome.Ok, await Platform.Journal.WaitDurableAsync(results.Max(r => r.Position), Cancellation));
        }
    }

    /// <summary>One round of the loop; the clock moves on where the loop waits for events.</summary>
    public async Task StepAsync()
    {
        var step = Platform.StepAsync(Cancellation);
        while (!step.IsCompleted)
        {
            // One timer is the journal's own.
            if (Time.ActiveTimers > 1) Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        await step;
    }

    /// <summary>Steps until everything durable is applied, and once more so that the newest definitions are in use.</summary>
    public async Task CatchUpAsync()
    {
        do await StepAsync();
        while (Platform.Statistics.Lag > 0);
        await StepAsync();
    }

    public async Task<ViewBackfill> BeginAsync(string view, long? until = null, bool isDryRun = false)
    {
        var started = await Platform.Backfills.BeginAsync(new BackfillRequest(view, until, isDryRun), Cancellation);
        Assert.True(started.Backfill is not null, started.Reason);
        return started.Backfill!;
    }

    /// <summary>A whole backfill of those events.</summary>
    public async Task<BackfillCounts> BackfillAsync(string view, params IReadOnlyCollection<string> events)
    {
        using var backfill = await BeginAsync(view);
        var step = await backfill.TakeAsync(Records(events), Cancellation);
        Assert.True(step.Outcome == BackfillOutcome.Ok, step.Reason);
        return backfill.Counts;
    }

    public FeatureValue[] Read(string view, long member)
    {
        Assert.True(FeatureReadPlan.TryCreate(Platform.Catalog.Current, [view], "features", out var plan, out var error), error);
        var rows = new EntityRows();
        rows.AddColumn("member_id");
        rows.Add(FeatureValue.Of(member));
        var block = new FeatureBlock();
        Assert.Null(Platform.Store.Read(plan!, rows, block));
        return [.. Enumerable.Range(0, plan!.Outputs.Length).Select(i => block.Value(i, 0))];
    }

    public static byte[] Records(IEnumerable<string> events)
    {
        using var records = new EventRecordBuffer();
        Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(string.Join('\n', events)), EventLimits.Default, 0, out var rejection), rejection?.ToString());
        return records.Bytes.ToArray();
    }

    public async ValueTask DisposeAsync()
    {
        if (_platform is not null) await _platform.DisposeAsync();
        _folder.Dispose();
    }
}
