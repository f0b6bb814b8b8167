namespace Lake.Import;

/// <summary>What input files are.</summary>
public enum ImportFormat
{
    /// <summary>What a file's name ends with tells: <c>.csv</c>, <c>.tsv</c>, <c>.txt</c>; <c>.jsonl</c>, <c>.ndjson</c>, <c>.json</c>; <c>.parquet</c>; each but the last with or without <c>.gz</c> or <c>.zst</c>.</summary>
    ByName,

    /// <summary>Values between delimiters, a row a line (RFC 4180).</summary>
    Csv,

    /// <summary>A JSON object a line.</summary>
    JsonLines,

    Parquet,
}
