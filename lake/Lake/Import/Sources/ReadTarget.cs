using Lake.Types;

namespace Lake.Import.Sources;

/// <summary>What rows of input files are to become. Immutable.</summary>
/// <param name="Schema">The table's columns; those of an upsert's key required.</param>
/// <param name="JsonColumns">Full names of text columns that hold JSON.</param>
/// <param name="Request">The import.</param>
/// <param name="ChunkRows">Rows of a chunk at most.</param>
internal sealed record ReadTarget(TableSchema Schema, IReadOnlySet<string> JsonColumns, ImportRequest Request, int ChunkRows)
{
    public bool IgnoresUnknown => Request.UnknownColumns == UnknownColumns.Ignore;

    /// <summary>A text as quarantine keeps it.</summary>
    public string Cut(ReadOnlySpan<char> text)
    {
        var max = Request.BadRows.MaxTextLength;
        if (text.Length <= max) return text.ToString();
        // Not in the middle of a character of two UTF-16 units.
        return text[..(max > 0 && char.IsHighSurrogate(text[max - 1]) ? max - 1 : max)].ToString();
    }

    /// <summary>The column of a name; null where it is to be left out.</summary>
    /// <exception cref="ImportException">The table has none, and that is refused.</exception>
    public NestedField? Column(string name, string location)
    {
        if (Schema.Struct.Find(name) is { } column) return column;
        return IgnoresUnknown ? null : throw new ImportException($"{location} has column '{name}'; table {Request.Table} has no column of that name: have unknown columns added or ignored, or name it as the table does");
    }

    /// <exception cref="ImportException">A required column is not among those of a file.</exception>
    public void CheckRequired(IReadOnlyCollection<NestedField> columns, string location)
    {
        if (Schema.Fields.FirstOrDefault(f => f.IsRequired && !columns.Contains(f)) is { } missing) throw new ImportException($"{location} has no column '{missing.Name}'; it is required in table {Request.Table}");
    }
}
