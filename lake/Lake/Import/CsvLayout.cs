namespace Lake.Import;

/// <summary>How values stand in CSV files. Immutable.</summary>
public sealed record CsvLayout
{
    /// <summary>The character between values, of ASCII from 32 to 126 or a tab; null for a tab in <c>.tsv</c> files, and for the one of <c>, ; | tab</c> that the first line has most of in others.</summary>
    public char? Delimiter { get; init; }

    /// <summary>The character around values in which delimiters and line ends are part of the value, and which stands twice for itself; null for none.</summary>
    public char? Quote { get; init; } = '"';

    /// <summary>Whether the first row of each file is the names of its columns. Without, columns are those of <see cref="Names"/>, of the table, or <c>column_1</c> and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>Names of the columns of files without a header, in their order; null for those of the table.</summary>
    public IReadOnlyList<string>? Names { get; init; }

    /// <summary>Unquoted values that are null. A quoted value never is.</summary>
    public IReadOnlyList<string> NullTexts { get; init; } = [""];

    /// <summary>Name of the encoding of files without a byte order mark: <c>utf-8</c>, <c>gb18030</c>, <c>iso-8859-1</c> and so on.</summary>
    public string Encoding { get; init; } = "utf-8";
}
