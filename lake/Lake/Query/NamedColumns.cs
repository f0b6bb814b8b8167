using System.Text.Json.Nodes;

namespace Lake.Query;

/// <summary>Names by which a query may reach columns: all that stand anywhere in it, of whatever table, so that none that it reads is missing. Immutable.</summary>
internal sealed class NamedColumns
{
    /// <summary>Null where the query may read columns that it does not name.</summary>
    private readonly HashSet<string>? _names;

    private NamedColumns(HashSet<string>? names) => _names = names;

    /// <param name="statement">The engine's tree of the query.</param>
    /// <param name="references">The tables that it reads, before anything of them is changed.</param>
    public static NamedColumns Of(JsonNode statement, IReadOnlyList<TableReference> references)
    {
        // A table's own name is that of a value with all its columns.
        var tables = references.SelectMany(r => new[] { r.Alias, r.Name }).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        return new NamedColumns(IsClosed(statement, tables, names) ? names : null);
    }

    /// <summary>Whether the query may read a column.</summary>
    /// <param name="column">Its name.</param>
    /// <param name="columns">The names of all columns of its table: the engine gives others to those that differ in case alone.</param>
    public bool MayRead(string column, IEnumerable<string> columns) => _names is null || _names.Contains(column) || columns.Count(c => c.Equals(column, StringComparison.OrdinalIgnoreCase)) > 1;

    // Takes the names of a node and what is below it; false where columns are read by other means than their names.
    private static bool IsClosed(JsonNode? node, HashSet<string> tables, HashSet<string> names)
    {
        if (node is JsonArray items) return items.All(i => IsClosed(i, tables, names));
        if (node is not JsonObject named) return true;
        var kind = QueryTree.Kind(named);
        if (kind is "STAR" or "POSITIONAL_REFERENCE" or "SHOW_REF" or "PIVOT") return false;
        if (kind == "JOIN" && (string?)named["ref_type"] is "NATURAL") return false;
        if (kind == "BASE_TABLE" && named["column_name_alias"] is JsonArray { Count: > 0 }) return false;
        if (kind == "COLUMN_REF" && named["column_names"] is JsonArray { Count: > 0 } parts && tables.Contains((string)parts[^1]!)) return false;
        foreach (var list in new[] { "column_names", "using_columns" })
        {
            if (named[list] is JsonArray texts) names.UnionWith(texts.Select(t => (string)t!));
        }
        return named.All(p => IsClosed(p.Value, tables, names));
    }
}
