using Lake.Types;

namespace Lake.Metadata;

/// <summary>All that a table is at one moment, as its metadata file has it. Immutable: a change makes another by <see cref="MetadataBuilder"/>.</summary>
public sealed record TableMetadata
{
    /// <summary>The newest version of the format that is read.</summary>
    public const int MaxFormatVersion = 3;

    private readonly IReadOnlyList<Snapshot> _snapshots = [];
    private readonly Lazy<Dictionary<long, Snapshot>> _snapshotsById = new(() => []);

    public required int FormatVersion { get; init; }

    public required Guid TableUuid { get; init; }

    /// <summary>Where the table lives: a folder or an S3 prefix, without a slash at the end.</summary>
    public required string Location { get; init; }

    public long LastSequenceNumber { get; init; }

    /// <summary>ms since 1970.</summary>
    public required long LastUpdatedMs { get; init; }

    /// <summary>The highest field id that was ever given.</summary>
    public required int LastColumnId { get; init; }

    public required IReadOnlyList<TableSchema> Schemas { get; init; }

    public required int CurrentSchemaId { get; init; }

    public required IReadOnlyList<PartitionSpec> PartitionSpecs { get; init; }

    public required int DefaultSpecId { get; init; }

    /// <summary>The highest partition field id that was ever given.</summary>
    public required int LastPartitionId { get; init; }

    public required IReadOnlyList<SortOrder> SortOrders { get; init; }

    public required int DefaultSortOrderId { get; init; }

    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>The main branch's snapshot; null for an empty table.</summary>
    public long? CurrentSnapshotId { get; init; }

    public IReadOnlyList<Snapshot> Snapshots
    {
        get => _snapshots;
        init
        {
            _snapshots = value;
            _snapshotsById = new(() => value.ToDictionary(s => s.SnapshotId));
        }
    }

    public IReadOnlyList<SnapshotLogEntry> SnapshotLog { get; init; } = [];

    public IReadOnlyList<MetadataLogEntry> MetadataLog { get; init; } = [];

    public IReadOnlyDictionary<string, SnapshotRef> Refs { get; init; } = new Dictionary<string, SnapshotRef>();

    /// <summary>Members that are kept as they were read (JSON texts by name): statistics files, version 3's row ids and keys, those of other writers.</summary>
    public IReadOnlyDictionary<string, string> Carried { get; init; } = new Dictionary<string, string>();

    public TableSchema CurrentSchema => Schema(CurrentSchemaId);

    public PartitionSpec DefaultSpec => Spec(DefaultSpecId);

    public SortOrder DefaultSortOrder => SortOrders.First(o => o.OrderId == DefaultSortOrderId);

    public Snapshot? CurrentSnapshot => CurrentSnapshotId is { } id ? FindSnapshot(id) : null;

    /// <exception cref="LakeFormatException">The table has no schema of that id.</exception>
    public TableSchema Schema(int id) => Schemas.FirstOrDefault(s => s.SchemaId == id) ?? throw new LakeFormatException($"schema id is {id}; the table has no schema of that id");

    /// <exception cref="LakeFormatException">The table has no spec of that id.</exception>
    public PartitionSpec Spec(int id) => PartitionSpecs.FirstOrDefault(s => s.SpecId == id) ?? throw new LakeFormatException($"partition spec id is {id}; the table has no spec of that id");

    /// <summary>The struct of a spec's partition tuples; a column that was dropped since is looked for in older schemas.</summary>
    public StructType PartitionType(int specId)
    {
        var spec = Spec(specId);
        foreach (var schema in Schemas.OrderByDescending(s => s.SchemaId == CurrentSchemaId).ThenByDescending(s => s.SchemaId))
        {
            if (spec.Fields.All(f => schema.Find(f.SourceId) is not null)) return spec.PartitionType(schema);
        }
        return spec.PartitionType(CurrentSchema);
    }

    /// <summary>The schema that manifests of a spec carry: the current one, or the newest that has all the spec's columns.</summary>
    internal TableSchema SchemaFor(PartitionSpec spec) => spec.Fields.All(f => CurrentSchema.Find(f.SourceId) is not null)
        ? CurrentSchema
        : Schemas.Last(s => spec.Fields.All(f => s.Find(f.SourceId) is not null));

    /// <summary>The snapshot of that id; null where it is not (or no more) there.</summary>
    public Snapshot? FindSnapshot(long id) => _snapshotsById.Value.GetValueOrDefault(id);

    /// <summary>The snapshot that a branch's next commit follows; null for the main branch of an empty table.</summary>
    /// <exception cref="LakeFormatException">There is no branch of that name, or it is a tag.</exception>
    public Snapshot? HeadOf(string branch)
    {
        if (!Refs.TryGetValue(branch, out var reference))
        {
            return branch == SnapshotRef.Main ? null : throw new LakeFormatException($"branch is '{branch}'; the table has no branch of that name");
        }
        return reference.IsBranch ? FindSnapshot(reference.SnapshotId) : throw new LakeFormatException($"branch is '{branch}'; that is a tag, which commits cannot move");
    }

    /// <summary>The schema of rows read at a snapshot: its own where it says so, else the current one.</summary>
    public TableSchema SchemaOf(Snapshot snapshot) => Schema(snapshot.SchemaId ?? CurrentSchemaId);

    /// <summary>The snapshot that was current at a time (ms since 1970), by the log of changes; null before the first.</summary>
    public Snapshot? SnapshotAt(long timestampMs)
    {
        long? found = null;
        foreach (var entry in SnapshotLog)
        {
            if (entry.TimestampMs <= timestampMs) found = entry.SnapshotId;
        }
        return found is { } id ? FindSnapshot(id) : null;
    }

    /// <summary>A snapshot and those before it, newest first, as far as they are there.</summary>
    public IEnumerable<Snapshot> Ancestors(long snapshotId)
    {
        for (var at = FindSnapshot(snapshotId); at is not null; at = at.ParentSnapshotId is { } parent ? FindSnapshot(parent) : null) yield return at;
    }
}
