using Lake.Metadata;

namespace Lake.Write;

/// <summary>How rows of a table are changed. Immutable.</summary>
public sealed record RowChangeRequest
{
    /// <summary>As the table's properties say it, on the main branch.</summary>
    public static readonly RowChangeRequest Default = new();

    /// <summary>How rows go; null for the table's property: <c>write.delete.mode</c>, of an upsert <c>write.merge.mode</c>.</summary>
    public RowDeleteMode? Mode { get; init; }

    /// <summary>What others may do meanwhile; null for the table's property <c>write.delete.isolation-level</c>. An upsert is always as if alone.</summary>
    public WriteIsolation? Isolation { get; init; }

    /// <summary>The branch that is read and moved.</summary>
    public string Branch { get; init; } = SnapshotRef.Main;

    /// <summary>More for the snapshot's summary, like who made it.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Bytes of keys that an upsert holds in memory at once, about; more are worked off in turns, each of which reads the table's keys. 256 MiB: some 4 million keys of 16 bytes.</summary>
    public long MaxKeyBytes { get; init; } = 256L << 20;
}
