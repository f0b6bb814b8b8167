using System.Globalization;
using Lake.Metadata;

namespace Lake.Evolution;

/// <summary>Changes a table's branches and tags, and what its main branch shows. No file is touched.</summary>
public static class TableReferences
{
    /// <summary>Makes a branch: writes that name it move it and nothing else.</summary>
    /// <param name="table">The table.</param>
    /// <param name="name">The new name.</param>
    /// <param name="snapshotId">Where it begins; null for the main branch's snapshot.</param>
    /// <param name="retention">What expiry is to keep of it; null for the table's settings.</param>
    /// <param name="cancellation">Ends tries and waits.</param>
    /// <exception cref="TableShapeException">The name is taken, or there is no such snapshot.</exception>
    public static Task<Table> CreateBranchAsync(this Table table, string name, long? snapshotId, ReferenceRetention? retention, CancellationToken cancellation) =>
        table.CommitAsync((metadata, builder) => builder.SetRef(Unused(metadata, name), Reference(metadata, name, snapshotId, retention, isBranch: true)), cancellation);

    /// <summary>Makes a tag: a name that stays at its snapshot.</summary>
    /// <inheritdoc cref="CreateBranchAsync"/>
    public static Task<Table> CreateTagAsync(this Table table, string name, long? snapshotId, ReferenceRetention? retention, CancellationToken cancellation) =>
        table.CommitAsync((metadata, builder) => builder.SetRef(Unused(metadata, name), Reference(metadata, name, snapshotId, retention, isBranch: false)), cancellation);

    /// <summary>Makes a branch or tag point at another snapshot, whatever it pointed at. Its retention stays.</summary>
    /// <exception cref="TableShapeException">There is no such name or snapshot.</exception>
    public static Task<Table> ReplaceReferenceAsync(this Table table, string name, long snapshotId, CancellationToken cancellation) =>
        table.CommitAsync((metadata, builder) => builder.SetRef(name, Known(metadata, name) with { SnapshotId = Snapshot(metadata, snapshotId) }), cancellation);

    /// <summary>Moves a branch forward to where another name points: what was tried on a branch becomes what the main branch shows.</summary>
    /// <exception cref="TableShapeException">There is no such name, the first is a tag, or it is no ancestor of the second.</exception>
    public static Task<Table> FastForwardAsync(this Table table, string branch, string to, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            var target = Known(metadata, to).SnapshotId;
            if (branch == SnapshotRef.Main && metadata.CurrentSnapshotId is null)
            {
                builder.SetRef(branch, new SnapshotRef(target, true));
                return;
            }
            var own = Known(metadata, branch);
            if (!own.IsBranch) throw new TableShapeException($"'{branch}' is a tag; only a branch moves forward");
            if (metadata.Ancestors(target).All(s => s.SnapshotId != own.SnapshotId)) throw new TableShapeException($"branch '{branch}' is at snapshot {own.SnapshotId}, which is no ancestor of '{to}' at {target}; it cannot move forward to it");
            builder.SetRef(branch, own with { SnapshotId = target });
        },
        cancellation);

    /// <summary>Says what expiry is to keep of a branch or tag.</summary>
    public static Task<Table> SetRetentionAsync(this Table table, string name, ReferenceRetention retention, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) => builder.SetRef(name, retention.On(name, Known(metadata, name))), cancellation);

    /// <summary>Forgets a branch or tag; its snapshots stay until they are expired.</summary>
    /// <exception cref="TableShapeException">There is no such name, or it is the main branch.</exception>
    public static Task<Table> DropReferenceAsync(this Table table, string name, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            Known(metadata, name);
            if (name == SnapshotRef.Main) throw new TableShapeException("the main branch cannot be dropped");
            builder.RemoveRef(name);
        },
        cancellation);

    /// <summary>Lets the main branch show an earlier snapshot of its own again. What came after stays and can be gone back to by its id.</summary>
    /// <exception cref="TableShapeException">The main branch never had that snapshot, or no more has.</exception>
    public static Task<Table> RollbackAsync(this Table table, long snapshotId, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            var isAncestor = metadata.CurrentSnapshotId is { } current && metadata.Ancestors(current).Any(s => s.SnapshotId == snapshotId);
            if (!isAncestor) throw new TableShapeException($"snapshot id is {snapshotId}; the main branch has no such snapshot in its history");
            builder.SetRef(SnapshotRef.Main, Known(metadata, SnapshotRef.Main) with { SnapshotId = snapshotId });
        },
        cancellation);

    /// <summary>Lets the main branch show what it showed at a time.</summary>
    /// <exception cref="TableShapeException">It showed nothing then.</exception>
    public static Task<Table> RollbackAsync(this Table table, DateTimeOffset time, CancellationToken cancellation) => table.CommitAsync(
        (metadata, builder) =>
        {
            var snapshot = metadata.SnapshotAt(time.ToUnixTimeMilliseconds())
                ?? throw new TableShapeException(string.Create(CultureInfo.InvariantCulture, $"time is {time:yyyy-MM-ddTHH:mm:ss.fffK}; the table has no snapshot from then or before"));
            builder.SetRef(SnapshotRef.Main, Known(metadata, SnapshotRef.Main) with { SnapshotId = snapshot.SnapshotId });
        },
        cancellation);

    private static SnapshotRef Known(TableMetadata metadata, string name) =>
        metadata.Refs.GetValueOrDefault(name) ?? throw new TableShapeException($"reference is '{name}'; the table has no branch or tag of that name");

    private static string Unused(TableMetadata metadata, string name)
    {
        if (name.Length == 0) throw new TableShapeException("reference name is ''; it must have one character at least");
        if (name == SnapshotRef.Main) throw new TableShapeException("reference is 'main'; that is the table's own branch");
        return metadata.Refs.ContainsKey(name) ? throw new TableShapeException($"reference is '{name}'; the table has one of that name") : name;
    }

    private static SnapshotRef Reference(TableMetadata metadata, string name, long? snapshotId, ReferenceRetention? retention, bool isBranch)
    {
        var id = snapshotId ?? metadata.CurrentSnapshotId ?? throw new TableShapeException("the table has no snapshot yet; a reference must have one");
        var reference = new SnapshotRef(Snapshot(metadata, id), isBranch);
        return retention is null ? reference : retention.On(name, reference);
    }

    private static long Snapshot(TableMetadata metadata, long id) => metadata.FindSnapshot(id) is null ? throw new TableShapeException($"snapshot id is {id}; the table has no snapshot of that id") : id;
}
