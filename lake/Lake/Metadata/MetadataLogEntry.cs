namespace Lake.Metadata;

/// <summary>A metadata file that was current before: when it was written (ms since 1970) and where it is.</summary>
public readonly record struct MetadataLogEntry(long TimestampMs, string MetadataFile);
