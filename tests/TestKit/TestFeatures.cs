using System.Text;
using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace TestKit;

/// <summary>The features of an appliance on a folder of the test's own: everything is the real thing, and goes on only when the test says so.</summary>
public sealed class TestFeatures : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private bool _started;
    private long _appended;

    public TestFeatures(TimeProvider time)
    {
        var options = new FeaturePlatformOptions(new FeatureOptions { Folder = _folder.Path }, new(), new(), new());
        (options.Store.MemoryBytes, options.Store.PageBytes) = (64 << 20, 1 << 20);
        Platform = FeaturePlatform.Open(options, time, NullLoggerFactory.Instance);
    }

    public FeaturePlatform Platform { get; }

    /// <summary>Serves these definitions and no others from now on.</summary>
    public void Define(string json) => Define(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Define(string)"/>
    public void Define(ReadOnlyMemory<byte> json)
    {
        var read = DefinitionFiles.ReadBody(json, "test");
        if (read.Errors.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, read.Errors));
        var result = Platform.Registry.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "test"), []);
        if (result.Outcome != RegistryOutcome.Applied) throw new InvalidOperationException(result.Message);
        Platform.Catalog.Replace(CatalogBuilder.Build(Platform.Registry.State));
    }

    /// <summary>Appends events, each a line of JSON, and applies them; none may be refused.</summary>
    public async Task ApplyAsync(CancellationToken stop, params string[] events)
    {
        using var records = new EventRecordBuffer();
        if (!records.TryAddJson(Encoding.UTF8.GetBytes(string.Join('\n', events)), new EventLimits { MaxEvents = int.MaxValue }, 0, out var rejection))
        {
            throw new InvalidOperationException(rejection?.ToString());
        }
        var results = new JournalAppend[events.Length];
        var outcome = Platform.Journal.Append(records.Bytes, results, out _);
        if (outcome == JournalOutcome.Ok) outcome = await Platform.Journal.WaitDurableAsync(results[^1].Position, stop);
        if (outcome != JournalOutcome.Ok) throw new InvalidOperationException(outcome.ToString());
        _appended += events.Length;
        if (!_started) await Platform.StartAsync(stop);
        _started = true;
        while (Platform.Statistics.Applied < _appended)
        {
            await Platform.StepAsync(stop);
            var refused = Enum.GetValues<RefusalReason>().Where(r => Platform.Statistics.Refused(r) > 0).ToList();
            if (refused.Count > 0) throw new InvalidOperationException($"an event was refused: {string.Join(", ", refused)}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        _folder.Dispose();
    }
}
