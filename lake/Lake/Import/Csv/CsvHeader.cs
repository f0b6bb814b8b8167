using Lake.Import.Sources;
using Lake.Types;

namespace Lake.Import.Csv;

/// <summary>Names of a CSV file's columns. Stateless.</summary>
internal static class CsvHeader
{
    /// <summary>Reads the header row where there is one; else the names that the layout gives, or null.</summary>
    /// <exception cref="ImportException">A name is empty or stands twice.</exception>
    public static IReadOnlyList<string>? Read(CsvRows rows, CsvLayout layout, string location)
    {
        if (!layout.HasHeader) return layout.Names;
        if (!rows.MoveNext()) return [];
        var names = new List<string>(rows.Count);
        for (var i = 0; i < rows.Count; i++)
        {
            if (!rows.TryValue(i, out var name, out _) || name.Trim().IsEmpty) throw new ImportException($"{location} has no name in column {i + 1} of its header; each column must have one, or say that there is no header");
            names.Add(name.Trim().ToString());
        }
        return names.GroupBy(n => n, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice
            ? throw new ImportException($"{location} has column '{twice.Key}' twice in its header; names must be unique")
            : names;
    }

    /// <summary>The table's column for each of a file's; null for those to leave out.</summary>
    public static IReadOnlyList<NestedField?> Columns(IReadOnlyList<string>? names, ReadTarget target, string location)
    {
        var columns = names is null ? target.Schema.Fields.ToList<NestedField?>() : [.. names.Select(n => target.Column(n, location))];
        target.CheckRequired([.. columns.OfType<NestedField>()], location);
        return columns;
    }
}
