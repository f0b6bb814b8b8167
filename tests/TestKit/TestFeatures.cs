using System.Text;
using Appliance.Features;
using Appliance.Features.Ingest;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Sampling;
using Appliance.Features.Verification;
using FeatureModel.Definitions;
using FeatureModel.Events;
using Microsoft.Extensions.Logging.Abstractions;

namespace TestKit;

/// <summary>The features of an appliance on a folder of the test's own: everything is the real thing, and goes on only when the test says so.</summary>
public sealed class TestFeatures : IAsyncDisposable
{
    private readonly TemporaryFolder? _own;
    private readonly TimeProvider _time;
    private bool _started;
    private long _appended;

    /// <param name="sampling">What is kept of scored rows; null for the default.</param>
    /// <param name="folder">Where everything lies, which then outlives this; null for a folder of its own.</param>
    public TestFeatures(TimeProvider time, SamplingOptions? sampling = null, string? folder = null)
    {
        _time = time;
        if (folder is null) _own = new TemporaryFolder();
        var options = new FeaturePlatformOptions(new FeatureOptions { Folder = folder ?? _own!.Path, Sampling = sampling ?? new() }, new(), new(), new());
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
        var result = Platform.Definitions.Apply(read.Definitions, ApplyMode.Replace, new RegistryRequest("test", "test"), []);
        if (result.Outcome != RegistryOutcome.Applied) throw new InvalidOperationException(result.Message);
    }

    /// <summary>Appends events, each a line of JSON, and applies them; none may be refused.</summary>
    public async Task ApplyAsync(CancellationToken stop, params string[] events)
    {
        await AppendAsync(stop, events);
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

    /// <summary>Appends events, each a line of JSON; on the disk when this completes.</summary>
    public async Task AppendAsync(CancellationToken stop, params string[] events)
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
    }

    /// <summary>Applies everything that is in the journal, refused events or not.</summary>
    public async Task CatchUpAsync(CancellationToken stop)
    {
        if (!_started) await Platform.StartAsync(stop);
        _started = true;
        if (Platform.Samples.Progress.Completed >= Platform.Journal.DurablePosition) return;
        // A journal that was opened again ends on a new page, which no event leads up to: the loop then waits until its patience, and time, have passed.
        do await StepAsync(stop);
        while (Platform.Statistics.Lag > 0);
    }

    private async Task StepAsync(CancellationToken stop)
    {
        var step = Platform.StepAsync(stop);
        while (!step.IsCompleted)
        {
            // One timer is the journal's own.
            if (_time is ManualTime { ActiveTimers: > 1 } manual) manual.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }
        await step;
    }

    /// <summary>Brings what was applied to the disk, as a stop does.</summary>
    public Task FlushAsync() => Platform.FlushAsync();

    /// <summary>Replays the samples that were taken.</summary>
    public async Task<VerificationReport> VerifyAsync(CancellationToken stop, VerificationRequest? request = null)
    {
        Platform.WriteSamples();
        await Platform.Journal.WaitDurableAsync(Platform.Journal.EndPosition - 1, stop);
        if (!Platform.Verification.TryStart(request ?? new(null, null), out var run, out var refusal)) throw new InvalidOperationException(refusal);
        await run.Completion.WaitAsync(stop);
        return run.Report ?? throw new InvalidOperationException($"{run.State}: {run.Error}");
    }

    public async ValueTask DisposeAsync()
    {
        await Platform.DisposeAsync();
        _own?.Dispose();
    }
}
