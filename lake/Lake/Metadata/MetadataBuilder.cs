using System.Globalization;
using Lake.Types;

namespace Lake.Metadata;

/// <summary>Makes the next metadata of a table from one, change by change. Used by one thread; <see cref="Build"/> ends it.</summary>
public sealed class MetadataBuilder
{
    /// <summary>Metadata files that the log keeps: the property's default of the reference implementation.</summary>
    private const int PreviousVersionsMax = 100;

    private readonly TableMetadata _base;
    private readonly Dictionary<string, string> _properties;
    private readonly Dictionary<string, SnapshotRef> _refs;
    private readonly long _now;
    private TableMetadata _next;

    /// <param name="metadata">What the table is now.</param>
    /// <param name="clock">What time it is; a clock that went back gives the time of the last change.</param>
    public MetadataBuilder(TableMetadata metadata, TimeProvider clock)
    {
        _base = _next = metadata;
        _properties = new(metadata.Properties);
        _refs = new(metadata.Refs);
        _now = Math.Max(clock.GetUtcNow().ToUnixTimeMilliseconds(), metadata.LastUpdatedMs);
    }

    /// <summary>ms since 1970 that this change is dated with.</summary>
    public long Now => _now;

    /// <summary>The metadata of a new, empty table. Field ids of schema, spec and order are given anew, from 1 and 1000 on.</summary>
    public static TableMetadata NewTable(
        string location, TableSchema schema, PartitionSpec spec, SortOrder order, IReadOnlyDictionary<string, string> properties, TimeProvider clock)
    {
        var fresh = FreshIds.Of(schema);
        return new TableMetadata
        {
            FormatVersion = 2,
            TableUuid = Guid.NewGuid(),
            Location = location.TrimEnd('/'),
            LastUpdatedMs = clock.GetUtcNow().ToUnixTimeMilliseconds(),
            LastColumnId = fresh.HighestFieldId,
            Schemas = [fresh],
            CurrentSchemaId = 0,
            PartitionSpecs = [FreshIds.Of(spec, schema, fresh)],
            DefaultSpecId = 0,
            LastPartitionId = PartitionSpec.FirstFieldId - 1 + spec.Fields.Count,
            SortOrders = order.IsUnsorted ? [SortOrder.Unsorted] : [SortOrder.Unsorted, FreshIds.Of(order, schema, fresh)],
            DefaultSortOrderId = order.IsUnsorted ? 0 : 1,
            Properties = new Dictionary<string, string>(properties),
        };
    }

    /// <summary>Makes a schema the current one; an equal one that is there already is taken.</summary>
    public MetadataBuilder SetSchema(TableSchema schema)
    {
        var known = _next.Schemas.FirstOrDefault(s => s.SameShape(schema));
        var id = known?.SchemaId ?? _next.Schemas.Max(s => s.SchemaId) + 1;
        var schemas = known is null ? [.. _next.Schemas, new TableSchema(id, schema.Fields, schema.IdentifierFieldIds)] : _next.Schemas;
        _next = _next with { Schemas = schemas, CurrentSchemaId = id, LastColumnId = Math.Max(_next.LastColumnId, schema.HighestFieldId) };
        return this;
    }

    /// <summary>Makes a spec the one of new files; an equal one that is there already is taken.</summary>
    public MetadataBuilder SetSpec(IReadOnlyList<PartitionField> fields)
    {
        var spec = new PartitionSpec(_next.PartitionSpecs.Max(s => s.SpecId) + 1, fields);
        var known = _next.PartitionSpecs.FirstOrDefault(s => s.SameShape(spec));
        var specs = known is null ? [.. _next.PartitionSpecs, spec] : _next.PartitionSpecs;
        _next = _next with { PartitionSpecs = specs, DefaultSpecId = (known ?? spec).SpecId, LastPartitionId = Math.Max(_next.LastPartitionId, spec.HighestFieldId) };
        return this;
    }

    /// <summary>Makes an order the one of new files; an equal one that is there already is taken.</summary>
    public MetadataBuilder SetSortOrder(IReadOnlyList<SortField> fields)
    {
        var known = _next.SortOrders.FirstOrDefault(o => o.Fields.SequenceEqual(fields));
        var order = known ?? new SortOrder(fields.Count == 0 ? 0 : Math.Max(_next.SortOrders.Max(o => o.OrderId) + 1, 1), fields);
        _next = _next with { SortOrders = known is null ? [.. _next.SortOrders, order] : _next.SortOrders, DefaultSortOrderId = order.OrderId };
        return this;
    }

    public MetadataBuilder SetProperty(string name, string value)
    {
        _properties[name] = value;
        return this;
    }

    public MetadataBuilder RemoveProperty(string name)
    {
        _properties.Remove(name);
        return this;
    }

    /// <summary>Adds a snapshot and moves a branch to it.</summary>
    public MetadataBuilder AddSnapshot(Snapshot snapshot, string branch = SnapshotRef.Main)
    {
        if (_next.FindSnapshot(snapshot.SnapshotId) is not null) throw new ArgumentException($"snapshot id is {snapshot.SnapshotId}; the table has one of that id", nameof(snapshot));
        _next = _next with { Snapshots = [.. _next.Snapshots, snapshot], LastSequenceNumber = Math.Max(_next.LastSequenceNumber, snapshot.SequenceNumber) };
        return SetRef(branch, _refs.GetValueOrDefault(branch, new SnapshotRef(snapshot.SnapshotId, true)) with { SnapshotId = snapshot.SnapshotId });
    }

    /// <summary>Makes a name point at a snapshot.</summary>
    public MetadataBuilder SetRef(string name, SnapshotRef reference)
    {
        if (_next.FindSnapshot(reference.SnapshotId) is null) throw new ArgumentException($"snapshot id is {reference.SnapshotId}; the table has no snapshot of that id", nameof(reference));
        if (name == SnapshotRef.Main && !reference.IsBranch) throw new ArgumentException("reference 'main' is a branch; it cannot be a tag", nameof(name));
        _refs[name] = reference;
        if (name == SnapshotRef.Main && _next.CurrentSnapshotId != reference.SnapshotId)
        {
            _next = _next with { CurrentSnapshotId = reference.SnapshotId, SnapshotLog = [.. _next.SnapshotLog, new SnapshotLogEntry(_now, reference.SnapshotId)] };
        }
        return this;
    }

    /// <summary>Forgets a name; its snapshots stay until they are expired.</summary>
    public MetadataBuilder RemoveRef(string name)
    {
        _refs.Remove(name);
        if (name == SnapshotRef.Main) _next = _next with { CurrentSnapshotId = null };
        return this;
    }

    /// <summary>Forgets snapshots. The log loses what stands before the last one that is gone, so that no time is answered with a wrong one.</summary>
    public MetadataBuilder RemoveSnapshots(IReadOnlySet<long> ids)
    {
        if (_refs.FirstOrDefault(r => ids.Contains(r.Value.SnapshotId)) is { Key: { } name }) throw new ArgumentException($"snapshot {_refs[name].SnapshotId} is that of '{name}'; a snapshot with a name stays", nameof(ids));
        var last = _next.SnapshotLog.ToList().FindLastIndex(e => ids.Contains(e.SnapshotId));
        _next = _next with
        {
            Snapshots = [.. _next.Snapshots.Where(s => !ids.Contains(s.SnapshotId))],
            SnapshotLog = [.. _next.SnapshotLog.Skip(last + 1)],
        };
        return this;
    }

    /// <summary>The next metadata. It has the file of the one before in its log.</summary>
    /// <param name="previousFile">Where the one before is; null for a new table.</param>
    public TableMetadata Build(string? previousFile)
    {
        var log = previousFile is null ? _next.MetadataLog : [.. _next.MetadataLog, new MetadataLogEntry(_base.LastUpdatedMs, previousFile)];
        var max = _properties.TryGetValue("write.metadata.previous-versions-max", out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? Math.Max(number, 1)
            : PreviousVersionsMax;
        return _next with
        {
            FormatVersion = Math.Max(_next.FormatVersion, 2),
            LastUpdatedMs = _now,
            Properties = _properties,
            Refs = _refs,
            MetadataLog = log.Count > max ? [.. log.Skip(log.Count - max)] : log,
        };
    }
}
