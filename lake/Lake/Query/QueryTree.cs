using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Lake.Query;

/// <summary>A query as the engine's own parser has it: what it reads, and whether it may. Used by one thread.</summary>
internal sealed partial class QueryTree
{
    /// <summary>Depth of nested expressions at most; the engine's own limit is 1,000, each of a few levels here.</summary>
    private const int MaxDepth = 5000;

    // Functions that give rows out of their arguments alone. Those that read files, settings or other queries are not among them.
    private static readonly HashSet<string> RowFunctions = new(StringComparer.OrdinalIgnoreCase) { "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree" };

    private readonly JsonObject _root;
    private readonly List<TableReference> _references = [];

    private QueryTree(JsonObject root) => _root = root;

    /// <summary>Each place where a table is named.</summary>
    public IReadOnlyList<TableReference> References => _references;

    /// <summary>Names of the columns that it may read.</summary>
    public NamedColumns Columns { get; private set; } = null!;

    /// <exception cref="QueryException">It is no query, more than one, or reads what is not the lake's.</exception>
    public static QueryTree Parse(DuckSession session, string sql)
    {
        var root = (JsonObject)JsonNode.Parse(Text(session, $"SELECT json_serialize_sql({DuckText.Literal(sql)})"), null, new JsonDocumentOptions { MaxDepth = MaxDepth })!;
        if ((bool)root["error"]!)
        {
            var isOther = (string)root["error_type"]! == "not implemented";
            throw new QueryException(isOther
                ? "the statement is not a query; SELECT, WITH, FROM, VALUES, DESCRIBE and SUMMARIZE of tables of the lake are run"
                : $"the query cannot be read: {(string)root["error_message"]!}{(NamesAt(sql) ? "; a column named at stands in double quotes, as at alone begins AT (VERSION => ...): \"at\"" : "")}");
        }
        var statements = (JsonArray)root["statements"]!;
        if (statements.Count != 1) throw new QueryException($"the text has {statements.Count} statements; it must have one");
        var tree = new QueryTree(root);
        tree.Visit(statements[0], [], null);
        tree.Unqualify(statements[0]);
        tree.Columns = NamedColumns.Of(statements[0]!, tree._references);
        return tree;
    }

    /// <summary>The query as text, with what was changed in its references.</summary>
    public string Sql(DuckSession session) => Text(session, $"SELECT json_deserialize_sql({DuckText.Literal(_root.ToJsonString(new JsonSerializerOptions { MaxDepth = MaxDepth }))})");

    // Texts and quoted names are passed over, and so is what asks for a snapshot.
    private static bool NamesAt(string sql) => BareAt().Matches(sql).Any(m => m.Groups["at"].Success);

    [GeneratedRegex(@"'(?:[^']|'')*'|""(?:[^""]|"""")*""|(?<![\w.])(?<at>at)\b(?!\s*\(\s*(?:version|timestamp)\b)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BareAt();

    private static string Text(DuckSession session, string sql)
    {
        using var result = session.Open(sql);
        using var batch = result.Next();
        return ((Apache.Arrow.StringArray)batch!.Column(0)).GetString(0);
    }

    private void Visit(JsonNode? node, ImmutableHashSet<string> known, WhereScope? scope)
    {
        switch (node)
        {
            case JsonArray array:
                foreach (var item in array) Visit(item, known, scope);
                break;
            case JsonObject item:
                VisitObject(item, known, scope);
                break;
        }
    }

    private void VisitObject(JsonObject node, ImmutableHashSet<string> known, WhereScope? scope)
    {
        known = known.WithComparer(StringComparer.OrdinalIgnoreCase);
        switch (Kind(node))
        {
            case "BASE_TABLE":
                AddTable(node, known, scope);
                return;
            case "TABLE_FUNCTION" when (string)node["function"]!["function_name"]! is var name && !RowFunctions.Contains(name):
                throw new QueryException($"function '{name}' gives rows that are not of the lake; {string.Join(", ", RowFunctions.Order(StringComparer.Ordinal))} are allowed");
            case "SHOW_REF" when node["query"] is null:
                throw new QueryException("SHOW has no query; DESCRIBE or SUMMARIZE of a table or a query is run");
            case "RECURSIVE_CTE_NODE":
                known = known.Add((string)node["cte_name"]!);
                break;
        }
        var below = known;
        if (node["cte_map"]?["map"] is JsonArray tables)
        {
            // Each is seen by those after it and by the query, not by itself: there its name is that of a table.
            foreach (var table in tables)
            {
                Visit(table!["value"], below, null);
                below = below.Add((string)table["key"]!);
            }
        }
        var inner = Kind(node) == "SELECT_NODE" ? WhereScope.Of(node) : null;
        foreach (var (name, child) in node)
        {
            if (name == "cte_map") continue;
            var isSide = Kind(node) == "JOIN" && name is ("left" or "right");
            Visit(child, below, name == "from_table" ? inner : isSide ? scope : null);
        }
    }

    private void AddTable(JsonObject node, ImmutableHashSet<string> known, WhereScope? scope)
    {
        var reference = new TableReference(node, scope is not null && scope.Covers(node) ? scope : null);
        if (reference.Namespace.Length == 0 && node["at_clause"] is null && known.Contains(reference.Name)) return;
        _references.Add(reference);
    }

    // A column that is named with its table's namespace is found by the table's name, which stays when a view takes the table's place.
    private void Unqualify(JsonNode? node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array) Unqualify(item);
        }
        if (node is not JsonObject named) return;
        if (Kind(named) == "COLUMN_REF" && named["column_names"] is JsonArray { Count: > 2 } names)
        {
            var parts = names.Select(n => (string)n!).ToList();
            foreach (var reference in _references.Where(r => r.HidesNothing))
            {
                var levels = reference.Levels;
                if (parts.Count <= levels.Count || !parts.Take(levels.Count).SequenceEqual(levels, StringComparer.OrdinalIgnoreCase)) continue;
                named["column_names"] = new JsonArray([.. parts.Skip(levels.Count - 1).Select(p => (JsonNode)p)]);
                break;
            }
        }
        foreach (var (_, child) in named) Unqualify(child);
    }

    internal static string? Kind(JsonObject node) => node["type"] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
