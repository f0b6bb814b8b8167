using Lake.Catalog;

namespace Lake.Import;

/// <summary>What is to be imported, and how. Immutable.</summary>
/// <param name="Table">The table that takes the rows; made where there is none.</param>
/// <param name="Sources">Files, folders (all files below whose name tells a format) and patterns like <c>/data/**/*.csv.gz</c>, with <c>*</c>, <c>?</c> and <c>**</c>.</param>
public sealed record ImportRequest(TableName Table, IReadOnlyList<string> Sources)
{
    /// <summary>
    /// Names the import, so that one that was cut off goes on where it stopped and one that is done is not done again; letters, digits, <c>_</c>, <c>.</c> and <c>-</c>, at most 64. Null for one made of
    /// table, sources and mode: the same request again is the same import.
    /// </summary>
    public string? Id { get; init; }

    public ImportFormat Format { get; init; } = ImportFormat.ByName;

    public CsvLayout Csv { get; init; } = new();

    public JsonLayout Json { get; init; } = new();

    public ImportMode Mode { get; init; } = ImportMode.Append;

    /// <summary>Full names of the columns that tell rows apart for an upsert; null for the table's identifier fields.</summary>
    public IReadOnlyList<string>? Keys { get; init; }

    /// <summary>Columns of a new table as <see cref="SchemaText"/> reads them; null to take them from the files. For a table that is there, all of them must be its columns.</summary>
    public string? Columns { get; init; }

    public UnknownColumns UnknownColumns { get; init; } = UnknownColumns.Refuse;

    /// <summary>Partitions of a new table, like <c>day(at), bucket(16, id), shop</c>; null for none. For a table that is there, they must be its own.</summary>
    public string? Partitions { get; init; }

    /// <summary>Sort order of a new table, like <c>shop, at desc nulls last</c>; null for none. Imported files are in it, as all new files of the table. For a table that is there, it must be its own.</summary>
    public string? SortOrder { get; init; }

    /// <summary>Properties of a new table.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = new Dictionary<string, string>();

    /// <summary>Rows that types of columns are taken from, spread over all files. 10,000: some ms a file.</summary>
    public int SampleRows { get; init; } = 10_000;

    /// <summary>Whether numbers with a point become decimals of 38 digits and as many behind the point as the sample shows, instead of doubles.</summary>
    public bool FractionsAreDecimals { get; init; }

    /// <summary>Rows after which an import can go on when it is cut off, about. 4,194,304: four full row groups.</summary>
    public long BatchRows { get; init; } = 4 << 20;

    /// <summary>
    /// Bytes that a column of a row group of a Parquet file may unpack to at most; a page of it is unpacked as a whole, and may be all of it. 1 GiB: eight times the row groups of the reference
    /// implementation, all columns of theirs together, and what a machine of 4 GiB has twice. Files of some KiB may unpack to any size.
    /// </summary>
    public long MaxColumnBytes { get; init; } = 1 << 30;

    public BadRowLimit BadRows { get; init; } = new();
}
