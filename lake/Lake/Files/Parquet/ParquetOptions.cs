namespace Lake.Files.Parquet;

/// <summary>How Parquet files are written.</summary>
public sealed class ParquetOptions
{
    /// <summary>Compressions that are known.</summary>
    public static readonly IReadOnlyList<string> Codecs = ["zstd", "snappy", "gzip", "lz4", "uncompressed", "none"];

    /// <summary>Compression: <c>zstd</c>, <c>snappy</c>, <c>gzip</c>, <c>lz4</c> or <c>uncompressed</c>.</summary>
    public string Codec { get; set; } = "zstd";

    /// <summary>Level of zstd and gzip.</summary>
    public int Level { get; set; } = 1;

    /// <summary>Rows of a row group at most.</summary>
    public long RowGroupRows { get; set; } = 1 << 20;

    /// <summary>Bytes of a row group's rows in memory, from which on the next one begins: a row group is held until it ends. 128 MiB: the reference implementation's.</summary>
    public long RowGroupBytes { get; set; } = 128 << 20;

    /// <summary>Bytes of a page, from which on the next one begins. 1 MiB: Parquet's own default.</summary>
    public long PageBytes { get; set; } = 1 << 20;

    /// <summary>Whether files get a page index, by which readers leave pages out.</summary>
    public bool WritesPageIndex { get; set; } = true;
}
