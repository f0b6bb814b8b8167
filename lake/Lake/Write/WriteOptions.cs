using System.Globalization;
using Lake.Files.Parquet;
using Lake.Metadata;

namespace Lake.Write;

/// <summary>How a table's files are written, as its properties say.</summary>
public sealed class WriteOptions
{
    private const string MetricsDefault = "write.metadata.metrics.default";
    private const string MetricsColumn = "write.metadata.metrics.column.";

    /// <summary>Bytes from which on a file is ended and the next one begun (<c>write.target-file-size-bytes</c>).</summary>
    public long TargetFileBytes { get; set; } = 512L << 20;

    /// <summary>Rows from which on a file is ended and the next one begun.</summary>
    public long MaxFileRows { get; set; } = long.MaxValue;

    /// <summary>The order of rows in each file: the table's, where its columns are there and its transforms are known.</summary>
    public SortOrder SortOrder { get; set; } = SortOrder.Unsorted;

    /// <summary>Memory of rows that wait to be sorted, in bytes (<c>write.sort.buffer-bytes</c>); more wait on the local disk. 256 MiB: rows stand in it twice, so that most appends need no disk.</summary>
    public long SortBufferBytes { get; set; } = 256L << 20;

    /// <summary>Folder of data files (<c>write.data.path</c>).</summary>
    public required string DataLocation { get; set; }

    public ParquetOptions Parquet { get; } = new();

    /// <summary>What manifests keep of columns, by field id.</summary>
    public Dictionary<int, MetricsMode> Metrics { get; } = [];

    /// <exception cref="LakeFormatException">A property has a value that it cannot have.</exception>
    public static WriteOptions Of(Table table)
    {
        var properties = table.Metadata.Properties;
        var options = new WriteOptions { DataLocation = properties.GetValueOrDefault("write.data.path", $"{table.Metadata.Location}/data").TrimEnd('/') };
        options.TargetFileBytes = Number(properties, "write.target-file-size-bytes", options.TargetFileBytes);
        options.SortBufferBytes = Number(properties, "write.sort.buffer-bytes", options.SortBufferBytes);
        if (options.SortBufferBytes > int.MaxValue) throw new LakeFormatException($"property write.sort.buffer-bytes is '{options.SortBufferBytes}'; it must be {int.MaxValue} at most, as texts of an Arrow array have no more bytes");
        if (SortKeyEncoder.CanSort(table.Metadata.DefaultSortOrder, table.Schema)) options.SortOrder = table.Metadata.DefaultSortOrder;
        options.Parquet.Codec = properties.GetValueOrDefault("write.parquet.compression-codec", options.Parquet.Codec).ToLowerInvariant();
        options.Parquet.Level = (int)Number(properties, "write.parquet.compression-level", options.Parquet.Level);
        options.Parquet.RowGroupRows = Number(properties, "write.parquet.row-group-rows", options.Parquet.RowGroupRows);
        options.Parquet.PageBytes = Number(properties, "write.parquet.page-size-bytes", options.Parquet.PageBytes);
        var standard = properties.TryGetValue(MetricsDefault, out var text) ? Mode(MetricsDefault, text) : MetricsMode.Default;
        foreach (var id in table.Schema.FieldIds)
        {
            var name = MetricsColumn + table.Schema.FullName(id);
            options.Metrics[id] = properties.TryGetValue(name, out var own) ? Mode(name, own) : standard;
        }
        return options;
    }

    private static MetricsMode Mode(string name, string text) =>
        MetricsMode.TryParse(text, out var mode) ? mode : throw new LakeFormatException($"property {name} is '{text}'; it must be none, counts, full or truncate(n)");

    private static long Number(IReadOnlyDictionary<string, string> properties, string name, long fallback)
    {
        if (!properties.TryGetValue(name, out var text)) return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new LakeFormatException($"property {name} is '{text}'; it must be a whole number above 0");
    }
}
