using static Appliance.Host.Telemetry.MetricKind;

namespace Appliance.Host.Telemetry;

/// <summary>Every metric of the features, in the order of the page, on which they come last; an appliance without features has none of them.</summary>
internal static class FeatureMetricCatalog
{
    public static readonly MetricDefinition JournalAppends = new(
        "appliance_journal_appends_total", Counter, "{event}",
        "Events brought to the journal by what became of them. duplicate: one of the same id was there.", "outcome");
    public static readonly MetricDefinition JournalRecords = new(
        "appliance_journal_records_total", Counter, "{event}",
        "Events in the journal since it was begun, those removed included.");
    public static readonly MetricDefinition JournalAppendedBytes = new(
        "appliance_journal_appended_bytes_total", Counter, "By",
        "Bytes of the events that were appended.");
    public static readonly MetricDefinition JournalBytes = new(
        "appliance_journal_bytes", Gauge, "By",
        "The journal from its oldest to its newest event.");
    public static readonly MetricDefinition JournalOldestAge = new(
        "appliance_journal_oldest_age_seconds", Gauge, "s",
        "Since the oldest event that is still there was taken.");
    public static readonly MetricDefinition JournalNewestAge = new(
        "appliance_journal_newest_age_seconds", Gauge, "s",
        "Since the newest event was taken.");
    public static readonly MetricDefinition JournalWaiting = new(
        "appliance_journal_waiting_events", Gauge, "{event}",
        "Events that wait for the disk before they are acknowledged.");
    public static readonly MetricDefinition JournalWaitingBytes = new(
        "appliance_journal_waiting_bytes", Gauge, "By",
        "Their bytes.");
    public static readonly MetricDefinition JournalWaitingAge = new(
        "appliance_journal_waiting_oldest_age_seconds", Gauge, "s",
        "Age of the oldest of them; 0 when none waits.");
    public static readonly MetricDefinition JournalCommits = new(
        "appliance_journal_commit_duration_seconds", Histogram, "s",
        "Group commits by the time until they were on the disk.");
    public static readonly MetricDefinition JournalLastCommit = new(
        "appliance_journal_last_commit_timestamp_seconds", Gauge, "s",
        "When the last group commit was on the disk, since the Unix epoch.");
    public static readonly MetricDefinition JournalDiskState = new(
        "appliance_journal_disk_state", Gauge, "1",
        "1 for the state that the journal's disk is in, 0 for the others. In any but ok no event is taken.", "state");
    public static readonly MetricDefinition JournalRememberedIds = new(
        "appliance_journal_remembered_ids", Gauge, "{event}",
        "Event ids that duplicates are found by.");
    public static readonly MetricDefinition JournalDamages = new(
        "appliance_journal_damaged_places_total", Counter, "{place}",
        "Damaged places that opening or a reader met.");
    public static readonly MetricDefinition JournalReaderLag = new(
        "appliance_journal_reader_lag_bytes", Gauge, "By",
        "What a registered reader has not passed and is kept for it.", "reader");
    public static readonly MetricDefinition JournalReaderAge = new(
        "appliance_journal_reader_advanced_age_seconds", Gauge, "s",
        "Since a registered reader last moved on.", "reader");

    public static readonly MetricDefinition Events = new(
        "appliance_features_events_total", Counter, "{event}",
        "Events that the ingest loop is done with. applied: every view has it that it concerns; repeated: dropped, as one of its id came before; "
        + "refused: gone to the dead letters.", "outcome");
    public static readonly MetricDefinition EventsRefused = new(
        "appliance_features_events_refused_total", Counter, "{event}",
        "Dead letters by the reason.", "reason");
    public static readonly MetricDefinition IngestLag = new(
        "appliance_features_ingest_lag_events", Gauge, "{event}",
        "Events in the stream that the ingest loop has not read. Left out where the broker has not said.");
    public static readonly MetricDefinition IngestOldestAge = new(
        "appliance_features_ingest_oldest_age_seconds", Gauge, "s",
        "Since the oldest event that has not been applied was taken, as far as known; 0 when none waits.");
    public static readonly MetricDefinition IngestRunning = new(
        "appliance_features_ingest_running", Gauge, "1",
        "1 while the ingest loop runs, 0 once it has ended by a fault.");
    public static readonly MetricDefinition IngestCaughtUp = new(
        "appliance_features_ingest_caught_up", Gauge, "1",
        "1 once the end of the stream has been reached since the start.");
    public static readonly MetricDefinition IngestBlocked = new(
        "appliance_features_ingest_blocked_rounds_total", Counter, "{round}",
        "Rounds of the ingest loop in which the store took no writes.");
    public static readonly MetricDefinition IngestLastRound = new(
        "appliance_features_ingest_last_round_timestamp_seconds", Gauge, "s",
        "When a round of the ingest loop last ended with nothing left over, since the Unix epoch. There are ten a second while nothing comes.");
    public static readonly MetricDefinition Checkpoints = new(
        "appliance_features_checkpoints_total", Counter, "{checkpoint}",
        "Checkpoints of the online store by how they ended.", "outcome");
    public static readonly MetricDefinition CheckpointDuration = new(
        "appliance_features_checkpoint_duration_seconds", Histogram, "s",
        "Checkpoints by the time from their begin until they were on the disk.");
    public static readonly MetricDefinition LastCheckpoint = new(
        "appliance_features_last_checkpoint_timestamp_seconds", Gauge, "s",
        "When the last checkpoint was on the disk, since the Unix epoch. None is taken while no events come.");
    public static readonly MetricDefinition UnsavedEvents = new(
        "appliance_features_unsaved_events", Gauge, "{event}",
        "Events applied since the last checkpoint began: what is applied again after a crash.");
    public static readonly MetricDefinition LettersWaiting = new(
        "appliance_features_dead_letters_waiting", Gauge, "{event}",
        "Dead letters that are not on the disk, or with the broker, yet.");
    public static readonly MetricDefinition LetterFailures = new(
        "appliance_features_dead_letter_flush_failures_total", Counter, "{attempt}",
        "Times that dead letters could not be written; checkpoints wait for them.");

    public static readonly MetricDefinition HistoryIds = new(
        "appliance_features_history_remembered_ids", Gauge, "{event}",
        "Ids of a view's backfilled events that the stream may still bring. While it is silent they stay, and so does the journal from their first on.", "view");

    public static readonly MetricDefinition KafkaLag = new(
        "appliance_features_kafka_lag_events", Gauge, "{event}",
        "Messages of a partition given to this appliance that have not been read.", "partition");
    public static readonly MetricDefinition KafkaRebalances = new(
        "appliance_features_kafka_rebalances_total", Counter, "{event}",
        "Times that the group gave partitions, took partitions away, or was joined anew after a fault.", "event");
    public static readonly MetricDefinition KafkaLetters = new(
        "appliance_features_kafka_dead_letters_total", Counter, "{event}",
        "Dead letters by where they went: the topic, or files where there is none or it did not take them.", "target");
    public static readonly MetricDefinition KafkaCommitFailures = new(
        "appliance_features_kafka_commit_failures_total", Counter, "{attempt}",
        "Commits of offsets that the broker refused. No event depends on them.");

    public static readonly MetricDefinition StoreRows = new(
        "appliance_features_store_rows", Gauge, "{row}",
        "Rows in the online store, expired ones included until they are removed.");
    public static readonly MetricDefinition StoreLogBytes = new(
        "appliance_features_store_log_bytes", Gauge, "By",
        "The store's log in memory and on the disk; what is in both counts in both.", "place");
    public static readonly MetricDefinition StoreMemory = new(
        "appliance_features_store_memory_bytes", Gauge, "By",
        "Memory that the store's index, places of records and log hold.");
    public static readonly MetricDefinition StoreMemoryLimit = new(
        "appliance_features_store_memory_limit_bytes", Gauge, "By",
        "The setting Features:Store:MemoryBytes.");
    public static readonly MetricDefinition StoreLookups = new(
        "appliance_features_store_lookups_total", Counter, "{row}",
        "Rows looked for by readers: found in memory, found on the disk, or in neither.", "found");
    public static readonly MetricDefinition StoreCompactions = new(
        "appliance_features_store_compactions_total", Counter, "{pass}",
        "Passes over the store's log that removed what is outdated.");
    public static readonly MetricDefinition StoreExpired = new(
        "appliance_features_store_expired_rows_total", Counter, "{row}",
        "Rows removed because they were older than their view's TTL.");
    public static readonly MetricDefinition StoreDiskState = new(
        "appliance_features_store_disk_state", Gauge, "1",
        "1 for the state that the store's disk is in, 0 for the others. In any but ok no event is applied; reads go on. "
        + "condemned: only a restart helps.", "state");

    public static readonly MetricDefinition RegistryRevision = new(
        "appliance_features_registry_revision", Gauge, "1",
        "Revision of the definitions.");
    public static readonly MetricDefinition RegistryObjects = new(
        "appliance_features_registry_objects", Gauge, "{object}",
        "What is defined, by kind.", "kind");
    public static readonly MetricDefinition RegistryChanges = new(
        "appliance_features_registry_changes_total", Counter, "{request}",
        "Applies and deletes by how they ended.", "outcome");

    public static readonly MetricDefinition ReadDuration = new(
        "appliance_features_read_duration_seconds", Histogram, "s",
        "Answered reads of features by their time, from having the whole request to having the answer; for scoring, the reading alone.", "transport");
    public static readonly MetricDefinition ReadEntities = new(
        "appliance_features_read_entities_total", Counter, "{entity}",
        "Entities of answered reads.", "transport");
    public static readonly MetricDefinition ReadsRefused = new(
        "appliance_features_reads_refused_total", Counter, "{request}",
        "Reads that could not be answered.", "transport");
    public static readonly MetricDefinition Values = new(
        "appliance_features_values_total", Counter, "{value}",
        "Values read, by status. A share that is not PRESENT and grows means that a view is not filled as it was.", "view", "status");

    public static readonly MetricDefinition EventToReadable = new(
        "appliance_features_event_to_readable_seconds", Histogram, "s",
        "Events by the time from when they happened until they could be read in the view. Backfilled history is left out.", "view", "kind");
    public static readonly MetricDefinition NewestEventAge = new(
        "appliance_features_newest_event_age_seconds", Gauge, "s",
        "Since the newest event in the view happened, restarts included. Left out before the first.", "view", "kind");

    public static readonly MetricDefinition FeaturesDuration = new(
        "nv_inference_features_duration_us", Counter, "µs",
        "Time of answered requests in which features were read from the store and derived.", "model", "version");
    public static readonly MetricDefinition FeaturesHistogram = new(
        "nv_inference_features_duration_histogram_us", Histogram, "µs",
        "Answered requests that read features, by the time that it took.", "model", "version");
    public static readonly MetricDefinition FeaturesServed = new(
        "appliance_features_served_total", Counter, "{value}",
        "Features that answered requests were scored with, by origin. given: by the request; stored: read; stale: read, from a row older than its view's TTL; "
        + "defaulted: neither.", "model", "version", "origin");

    public static readonly MetricDefinition Verified = new(
        "appliance_features_verified_total", Counter, "{value}",
        "Sampled values that were replayed by their definitions. equal; mismatched; unverifiable: the history or the definitions do not say.", "view", "feature", "result");
    public static readonly MetricDefinition Samples = new(
        "appliance_features_samples_total", Counter, "{sample}",
        "Scored rows that were drawn to be kept. written: in the journal; dropped: their queue was full, or the journal refused them.", "result");

    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        JournalAppends, JournalRecords, JournalAppendedBytes, JournalBytes, JournalOldestAge, JournalNewestAge,
        JournalWaiting, JournalWaitingBytes, JournalWaitingAge, JournalCommits, JournalLastCommit, JournalDiskState,
        JournalRememberedIds, JournalDamages, JournalReaderLag, JournalReaderAge,
        Events, EventsRefused, IngestLag, IngestOldestAge, IngestRunning, IngestCaughtUp, IngestBlocked, IngestLastRound,
        Checkpoints, CheckpointDuration, LastCheckpoint, UnsavedEvents, LettersWaiting, LetterFailures, HistoryIds,
        KafkaLag, KafkaRebalances, KafkaLetters, KafkaCommitFailures,
        StoreRows, StoreLogBytes, StoreMemory, StoreMemoryLimit, StoreLookups, StoreCompactions, StoreExpired, StoreDiskState,
        RegistryRevision, RegistryObjects, RegistryChanges,
        ReadDuration, ReadEntities, ReadsRefused, Values,
        EventToReadable, NewestEventAge,
        FeaturesDuration, FeaturesHistogram, FeaturesServed,
        Samples, Verified,
    ];
}
