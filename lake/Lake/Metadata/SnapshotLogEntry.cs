namespace Lake.Metadata;

/// <summary>The current snapshot was changed: when (ms since 1970) and to which.</summary>
public readonly record struct SnapshotLogEntry(long TimestampMs, long SnapshotId);
