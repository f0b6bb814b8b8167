using Appliance.Features.Backfill;
using Appliance.Features.Ingest;
using Appliance.Features.Ingest.Kafka;
using Appliance.Features.Journal;
using Appliance.Features.Sampling;
using Appliance.Features.Store;

namespace Appliance.Features;

/// <summary>Settings of the features.</summary>
public sealed class FeatureOptions
{
    public const string Section = "Features";

    /// <summary>Folder of everything the features keep: registry, store, journal, dead letters. Empty: the appliance serves no features.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Bytes of a file of dead letters. 16 MiB: some 50,000 events.</summary>
    public long DeadLetterFileBytes { get; set; } = 16L << 20;

    /// <summary>Files of dead letters that are kept. 16: a quarter of a gigabyte.</summary>
    public int DeadLetterFiles { get; set; } = 16;

    /// <summary>The online store.</summary>
    public StoreOptions Store { get; set; } = new();

    /// <summary>The embedded journal.</summary>
    public JournalOptions Journal { get; set; } = new();

    /// <summary>Kafka in place of the journal, where it has brokers.</summary>
    public KafkaOptions Kafka { get; set; } = new();

    /// <summary>Applying events to the store.</summary>
    public IngestOptions Ingest { get; set; } = new();

    /// <summary>Bringing history into stream views.</summary>
    public BackfillOptions Backfill { get; set; } = new();

    /// <summary>Keeping a share of what is served.</summary>
    public SamplingOptions Sampling { get; set; } = new();

    /// <summary>Entities in one request at most. 10,000: an answer of 50 numbers each is then about 6 MB, a tenth of the largest gRPC message.</summary>
    public int MaxEntities { get; set; } = 10_000;
}
