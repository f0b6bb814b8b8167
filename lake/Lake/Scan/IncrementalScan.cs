using System.Runtime.CompilerServices;
using Apache.Arrow;
using Lake.Expressions;
using Lake.Manifests;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Rows that appends added to a table between two snapshots, told in the table's schema of now. Immutable, thread-safe.</summary>
public sealed class IncrementalScan
{
    private readonly Table _table;
    private readonly IReadOnlyList<Snapshot> _snapshots;
    private readonly BoundFilter _filter;
    private readonly FileRows _rows;

    private IncrementalScan(Table table, IReadOnlyList<Snapshot> snapshots, BoundFilter filter, IReadOnlyList<NestedField> columns) =>
        (_table, _snapshots, _filter, Columns, _rows) = (table, snapshots, filter, columns, new FileRows(table, table.Schema));

    /// <summary>The columns of the result.</summary>
    public IReadOnlyList<NestedField> Columns { get; }

    /// <summary>The last snapshot that is read: where the next scan goes on. Null where there is nothing to read.</summary>
    public long? LastSnapshotId => _snapshots.Count == 0 ? null : _snapshots[^1].SnapshotId;

    /// <param name="table">The table.</param>
    /// <param name="request">What of it.</param>
    /// <exception cref="LakeFormatException">A snapshot is not there, one does not follow the other, or one between changed rows that were there.</exception>
    /// <exception cref="FilterException">A column is not there, or a value does not fit it.</exception>
    public static IncrementalScan Of(Table table, IncrementalRequest request)
    {
        var schema = table.Schema;
        var columns = request.Columns is null ? schema.Fields : [.. request.Columns.Select(name => schema.Struct.Find(name) ?? throw new FilterException($"column is '{name}'; the table has no column of that name"))];
        return new IncrementalScan(table, Between(table.Metadata, request), FilterBinder.Bind(request.Filter, schema), columns);
    }

    /// <summary>The files to read, those of earlier snapshots first.</summary>
    public async Task<IReadOnlyList<FileScanTask>> PlanAsync(CancellationToken cancellation)
    {
        var tasks = new List<FileScanTask>();
        foreach (var snapshot in _snapshots.Where(s => s.Operation == SnapshotOperation.Append))
        {
            foreach (var manifest in await ManifestFiles.ListAsync(_table.Storage, _table.Metadata, snapshot, cancellation))
            {
                if (manifest.AddedSnapshotId != snapshot.SnapshotId || FileMatch.Of(_table.Metadata, manifest, _filter) == Match.None) continue;
                foreach (var entry in await ManifestFiles.EntriesAsync(_table.Storage, _table.Metadata, manifest, cancellation))
                {
                    if (entry.Status != EntryStatus.Added || entry.SnapshotId != snapshot.SnapshotId) continue;
                    var match = FileMatch.Of(_table.Metadata, entry.File, _filter);
                    if (match != Match.None) tasks.Add(new FileScanTask(entry.File, entry.SequenceNumber ?? 0, [], match == Match.All ? new BoundFilter.Constant(true) : _filter));
                }
            }
        }
        return tasks;
    }

    /// <summary>The rows, file by file. Each batch is the caller's to dispose.</summary>
    public async IAsyncEnumerable<RecordBatch> ReadAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        foreach (var task in await PlanAsync(cancellation))
        {
            await foreach (var batch in _rows.TakeAsync(task, Columns, cancellation)) yield return batch;
        }
    }

    private static List<Snapshot> Between(TableMetadata metadata, IncrementalRequest request)
    {
        var last = request.UpToSnapshotId ?? metadata.HeadOf(request.Branch)?.SnapshotId;
        if (last is not { } to) return [];
        if (metadata.FindSnapshot(to) is null) throw new LakeFormatException($"last snapshot id is {to}; the table has no snapshot of that id");
        var between = metadata.Ancestors(to).TakeWhile(s => s.SnapshotId != request.AfterSnapshotId).Reverse().ToList();
        var before = between.Count == 0 ? request.AfterSnapshotId : between[0].ParentSnapshotId;
        if (before != request.AfterSnapshotId)
        {
            throw new LakeFormatException(request.AfterSnapshotId is { } after
                ? $"snapshot id is {after}; it is no ancestor of snapshot {to}, or those between were expired"
                : $"snapshots before {between[0].SnapshotId} were expired; an incremental scan must name the snapshot that was read last");
        }
        // A compaction writes rows that were there once more; it adds none.
        var other = between.Find(s => s.Operation is not (SnapshotOperation.Append or SnapshotOperation.Replace));
        return other is null ? between : throw new LakeFormatException($"snapshot {other.SnapshotId} is of operation '{other.Operation ?? "unknown"}', which changes rows that were there; an incremental scan reads appends alone");
    }
}
