namespace Lake.Query.Output;

/// <summary>How rows are written.</summary>
public enum RowFormat
{
    /// <summary>Text in columns, for people.</summary>
    Table,

    /// <summary>RFC 4180 with a line of names; null is nothing, an empty text is <c>""</c>, nested values are JSON.</summary>
    Csv,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>A Parquet file, zstd.</summary>
    Parquet,

    /// <summary>An Arrow IPC file.</summary>
    Arrow,
}
