using System.Globalization;
using Lake.Metadata;
using Lake.Types;

namespace Lake.Scan;

/// <summary>Finds the snapshot that a scan asks for, and the schema its rows are told in. Pure.</summary>
internal static class SnapshotChoice
{
    /// <exception cref="LakeFormatException">There is none.</exception>
    public static (Snapshot? Snapshot, TableSchema Schema) Of(TableMetadata metadata, ScanRequest request)
    {
        var asked = (request.SnapshotId is null ? 0 : 1) + (request.AsOf is null ? 0 : 1) + (request.Reference is null ? 0 : 1);
        if (asked > 1) throw new LakeFormatException("a scan names more than one of snapshot, time and reference; it must name one");
        if (request.SnapshotId is { } id)
        {
            var snapshot = metadata.FindSnapshot(id) ?? throw new LakeFormatException($"snapshot id is {id}; the table has no snapshot of that id");
            return (snapshot, metadata.SchemaOf(snapshot));
        }
        if (request.AsOf is { } time)
        {
            var snapshot = metadata.SnapshotAt(time.ToUnixTimeMilliseconds())
                ?? throw new LakeFormatException(string.Create(CultureInfo.InvariantCulture, $"time is {time:yyyy-MM-ddTHH:mm:ss.fffK}; the table has no snapshot from then or before"));
            return (snapshot, metadata.SchemaOf(snapshot));
        }
        // A branch is read by the table's schema, as its next commit will write it; a tag by its own.
        if (request.Reference is not { } name) return (metadata.CurrentSnapshot, metadata.CurrentSchema);
        if (!metadata.Refs.TryGetValue(name, out var reference)) throw new LakeFormatException($"reference is '{name}'; the table has no branch or tag of that name");
        var named = metadata.FindSnapshot(reference.SnapshotId)!;
        return (named, reference.IsBranch ? metadata.CurrentSchema : metadata.SchemaOf(named));
    }
}
