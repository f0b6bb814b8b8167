using Appliance.Features.Backfill;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.History;
using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Journal;
using Appliance.Features.Reading;
using Appliance.Features.Registry;
using Appliance.Features.Sampling;
using Appliance.Features.Store;
using Appliance.Features.Verification;
using FeatureModel;
using Microsoft.Extensions.Logging;

namespace Appliance.Features;

/// <summary>
/// The features of one appliance: registry, journal, store, and the loop that applies the one to the other. Opened once, disposed last. What it gives
/// out is thread-safe; the loop is run by <see cref="RunAsync"/>, once.
/// </summary>
public sealed partial class FeaturePlatform : IAsyncDisposable
{
    private readonly FeatureIngestor _ingestor;
    private readonly IFeatureEventSource _source;
    private readonly FileDeadLetters _deadLetterFiles;
    private readonly KafkaDeadLetters? _deadLetterTopic;
    private readonly StreamPositions _recovered;
    private readonly ViewHistory? _history;
    private readonly SampleWriter _samples;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _disposing = new();
    private volatile string? _failure;
    private Task _running = Task.CompletedTask;

    private FeaturePlatform(FeatureRegistry registry, FeatureJournal journal, RecoveredStore store, FeaturePlatformOptions options, TimeProvider time, ILoggerFactory logs)
    {
        _logger = logs.CreateLogger<FeaturePlatform>();
        Registry = registry;
        Journal = journal;
        Table = store.Table;
        Catalog = new CatalogHolder();
        Catalog.Replace(CatalogBuilder.Build(registry.State));
        Definitions = new DefinitionChanges(registry, Catalog, logs.CreateLogger<DefinitionChanges>());
        Store = new OnlineStore(store.Table, options.Features, time);
        Statistics = new IngestStatistics();
        Reads = new ReadStatistics(time);
        _recovered = PositionsOf(store);
        var progress = new StreamProgress(_recovered.Next(JournalEventSource.Partition) ?? journal.OldestPosition);
        Samples = new SampleQueue(options.Kafka is { IsOn: true } ? new() { Rate = 0 } : options.Features.Sampling, progress, (ulong)time.GetTimestamp());
        _samples = new SampleWriter(Samples, journal);
        _deadLetterFiles = new FileDeadLetters(
            Path.Combine(options.Features.Folder, "dead-letters"), options.Features.DeadLetterFileBytes, options.Features.DeadLetterFiles, _logger);
        if (options.Kafka is { IsOn: true } kafka)
        {
            ReadsKafka = true;
            _deadLetterFiles.Written = letters => Statistics.Kafka!.CountFileLetters(letters);
            _source = KafkaIngest.OpenSource(kafka, options, Statistics, logs);
            _deadLetterTopic = KafkaIngest.OpenDeadLetters(kafka, _deadLetterFiles, Statistics.Kafka!, logs);
        }
        else
        {
            _history = new ViewHistory(ViewStarts.Open(options.Journal.Folder, _recovered.All.Count > 0), logs.CreateLogger<ViewHistory>());
            _source = new JournalEventSource(journal, time, logs.CreateLogger<JournalEventSource>());
        }
        var deadLetters = _deadLetterTopic ?? (IDeadLetters)_deadLetterFiles;
        _ingestor = new FeatureIngestor(_source, store.Table, Catalog, deadLetters, options.Ingest, Statistics, progress, time, logs.CreateLogger<FeatureIngestor>(), _history);
        var verification = new VerificationSettings(options.Ingest, progress, store.Table.MaxRowBytes, Counts, journal.EndPosition);
        Verification = new FeatureVerification(registry, journal, verification, time, ReadsKafka, logs.CreateLogger<FeatureVerification>());
        Backfills = new FeatureBackfills(journal, Catalog, _history?.Starts, options.Features.Backfill, options.Ingest, time);
        Report(store);
    }

    /// <summary>What is defined. Changes go through <see cref="Definitions"/>.</summary>
    public FeatureRegistry Registry { get; }

    public DefinitionChanges Definitions { get; }

    public FeatureJournal Journal { get; }

    public FasterTable Table { get; }

    /// <summary>What is served; replaced when definitions change.</summary>
    public CatalogHolder Catalog { get; }

    public OnlineStore Store { get; }

    public IngestStatistics Statistics { get; }

    /// <summary>History into stream views.</summary>
    public FeatureBackfills Backfills { get; }

    /// <summary>Where samples of what is served go; the loop writes them to the journal.</summary>
    public SampleQueue Samples { get; }

    /// <summary>Verifications of what was served.</summary>
    public FeatureVerification Verification { get; }

    /// <summary>Counts of what was read, by those who answer.</summary>
    public ReadStatistics Reads { get; }

    /// <summary>Whether everything that was in the stream at the start has been applied.</summary>
    public bool HasCaughtUp => _ingestor.HasCaughtUp;

    /// <summary>Ids of a stream view's backfilled events that the stream may still bring: they, and the journal from their first on, are kept until it has passed.</summary>
    public int RememberedHistory(ServedView view) => _history?.Remembered(view) ?? 0;

    /// <summary>Whether events come from Kafka: events for the journal are then refused.</summary>
    public bool ReadsKafka { get; }

    /// <summary>Why the loop has ended before it was stopped; null while it runs.</summary>
    public string? Failure => _failure;

    /// <summary>Whether readers of that name are the appliance's own: nobody else registers them or moves them on.</summary>
    public static bool IsOwnReader(string name) => name == JournalEventSource.ReaderName || FeatureBackfills.IsReader(name);

    /// <summary>
    /// Forgets a reader for somebody outside, so that what only it needed may be removed. False for one of the appliance's own that is in use; one that
    /// an interrupted backfill left, or the time before Kafka, may go.
    /// </summary>
    public bool TryRemoveReader(string name, out JournalOutcome outcome)
    {
        if (FeatureBackfills.IsReader(name)) return Backfills.TryRemoveLeftReader(name, out outcome);
        var isUsed = name == JournalEventSource.ReaderName && !ReadsKafka;
        outcome = isUsed ? JournalOutcome.Ok : Journal.RemoveReader(name);
        return !isUsed;
    }

    /// <summary>Opens everything under the options' folder, or begins it.</summary>
    /// <exception cref="IOException">The folder cannot be used, or another process has it.</exception>
    public static FeaturePlatform Open(FeaturePlatformOptions options, TimeProvider time, ILoggerFactory logs)
    {
        var folder = options.Features.Folder;
        FeatureRegistry? registry = null;
        FeatureJournal? journal = null;
        try
        {
            registry = FeatureRegistry.Open(Path.Combine(folder, "registry"), time, FeatureRules.All);
            if (options.Journal.Folder.Length == 0) options.Journal.Folder = Path.Combine(folder, "journal");
            if (options.Store.Folder.Length == 0) options.Store.Folder = Path.Combine(folder, "store");
            journal = FeatureJournal.Open(options.Journal, time, logs.CreateLogger<FeatureJournal>());
            return new FeaturePlatform(registry, journal, FasterTable.Open(options.Store, time), options, time, logs);
        }
        catch
        {
            journal?.Dispose();
            registry?.Dispose();
            throw;
        }
    }

    /// <summary>Applies events until it is stopped; then brings what was applied to the disk. An end before the stop is told by <see cref="Failure"/>.</summary>
    public Task RunAsync(CancellationToken stop) => _running = RunLoopAsync(stop);

    private async Task RunLoopAsync(CancellationToken stop)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stop, _disposing.Token);
        var sampling = _samples.RunAsync(ending.Token);
        try
        {
            await StartAsync(ending.Token);
            while (!ending.IsCancellationRequested) await StepAsync(ending.Token);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
        }
        catch (Exception e)
        {
            // Whatever it was: models are served on, the appliance says that it is not ready, and no half-known state is written.
            _failure = e.Message;
            Log.Stopped(_logger, e);
        }
        await ending.CancelAsync();
        try
        {
            await sampling;
        }
        catch (Exception e)
        {
            Log.SamplingStopped(_logger, e);
        }
        if (_failure is null) await FlushAsync();
    }

    // The parts of RunAsync, for tests that go step by step.
    internal async Task StartAsync(CancellationToken stop)
    {
        _history?.Recall(Journal, Catalog.Current, _recovered);
        await _ingestor.StartAsync(_recovered, stop);
    }

    internal Task StepAsync(CancellationToken stop) => _ingestor.StepAsync(stop);

    internal Task FlushAsync() => _ingestor.FlushAsync(CancellationToken.None);

    internal void WriteSamples() => _samples.Drain();

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync();
        await _running;
        Verification.Dispose();
        await _source.DisposeAsync();
        _deadLetterTopic?.Dispose();
        _deadLetterFiles.Dispose();
        Table.Dispose();
        Journal.Dispose();
        Registry.Dispose();
    }

    private bool Counts(ServedView view, long position) => _history?.Starts.Counts(view, position) != false;

    private static StreamPositions PositionsOf(RecoveredStore store)
    {
        if (store.Position is null) return new StreamPositions();
        return StreamPositions.TryParse(store.Position, out var positions)
            ? positions
            : throw new InvalidDataException($"the positions beside store checkpoint {store.CheckpointNumber} were not written by this version of the appliance");
    }

    private void Report(RecoveredStore store)
    {
        foreach (var passed in store.PassedOver) Log.PassedOver(_logger, passed.Number, passed.Reason);
        Log.Opened(_logger, store.Table.Rows, store.CheckpointNumber, Registry.State.Revision);
    }

    private static partial class Log
    {
        [LoggerMessage(EventIds.StoreOpened, LogLevel.Information, "The online store is open with {Rows} rows of checkpoint {Checkpoint}; definitions are at revision {Revision}.")]
        public static partial void Opened(ILogger logger, long rows, long checkpoint, long revision);

        [LoggerMessage(EventIds.CheckpointPassedOver, LogLevel.Warning, "Store checkpoint {Checkpoint} is passed over: {Reason}")]
        public static partial void PassedOver(ILogger logger, long checkpoint, string reason);

        [LoggerMessage(EventIds.SamplingStopped, LogLevel.Error, "What is served was no longer sampled.")]
        public static partial void SamplingStopped(ILogger logger, Exception reason);

        [LoggerMessage(EventIds.IngestStopped, LogLevel.Error, "Events are no longer applied.")]
        public static partial void Stopped(ILogger logger, Exception reason);
    }
}
