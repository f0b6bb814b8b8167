namespace Lake.Maintenance;

/// <summary>One tier of storage, as settings bind it.</summary>
public sealed class TierOptions
{
    /// <summary>Its name: letters and digits, like <c>hot</c>, <c>warm</c>, <c>cold</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Folder or bucket of the tier, an absolute path or <c>s3://</c> location; each table has a folder of its own below. Empty for the first tier alone: the table's own data folder.</summary>
    public string Location { get; set; } = "";

    /// <summary>Age of a partition (of a file, in tables without time partitions) from which it belongs here. 0 for the first tier, and more in each that follows.</summary>
    public TimeSpan MinAge { get; set; }

    /// <summary>Compression of files that are moved here: <c>zstd</c>, <c>snappy</c>, <c>gzip</c>, <c>lz4</c> or <c>uncompressed</c>.</summary>
    public string Codec { get; set; } = "zstd";

    /// <summary>Level of zstd (1 to 22) and gzip (1 to 9).</summary>
    public int Level { get; set; } = 1;

    /// <summary>What a GiB costs a month, in whatever currency all tiers have; 0 or more.</summary>
    public decimal PricePerGiBMonth { get; set; }
}
