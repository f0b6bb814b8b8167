using System.Globalization;
using System.Text.Json.Nodes;
using Lake.Scan;

namespace Lake.Query;

/// <summary>A place of a query where a table is named. Used by one thread.</summary>
/// <param name="node">The engine's node of it, which <see cref="Show"/> changes.</param>
/// <param name="where">The condition that rows of the table must meet to count in the result; null where none is known.</param>
internal sealed class TableReference(JsonObject node, WhereScope? where)
{
    private static readonly string[] Parts = ["catalog_name", "schema_name"];

    public WhereScope? Where { get; } = where;

    /// <summary>Levels joined by dots; empty for none.</summary>
    public string Namespace { get; } = string.Join('.', Parts.Select(p => (string)node[p]!).Where(p => p.Length > 0));

    public string Name { get; } = (string)node["table_name"]!;

    /// <summary>As the query has it.</summary>
    public string FullName => Namespace.Length == 0 ? Name : $"{Namespace}.{Name}";

    /// <summary>What the query calls it.</summary>
    public string Alias => (string)node["alias"]! is { Length: > 0 } alias ? alias : Name;

    /// <summary>Whether its columns may be named with its namespace.</summary>
    public bool HidesNothing => Namespace.Length > 0 && ((string)node["alias"]!).Length == 0;

    public IReadOnlyList<string> Levels => [.. Parts.Select(p => (string)node[p]!).Where(p => p.Length > 0), Name];

    /// <summary>The snapshot that is asked for: <c>AT (VERSION => id)</c>, <c>AT (VERSION => 'branch or tag')</c>, <c>AT (TIMESTAMP => 'UTC time')</c>, or none.</summary>
    /// <exception cref="QueryException">It is none of these.</exception>
    public ScanRequest Request()
    {
        if (node["at_clause"] is not JsonObject at) return new ScanRequest();
        var unit = ((string)at["unit"]!).ToUpperInvariant();
        var constant = SqlConstant.Of(at["expr"]);
        return (unit, constant) switch
        {
            ("VERSION", { Whole: { } id }) => new ScanRequest { SnapshotId = id },
            ("VERSION", { Text: { } name, Cast: null }) => new ScanRequest { Reference = name },
            ("TIMESTAMP", { Text: { } text }) when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => new ScanRequest { AsOf = time },
            _ => throw new QueryException($"AT of table '{Name}' is not understood; it must be (VERSION => snapshot id), (VERSION => 'branch or tag') or (TIMESTAMP => 'yyyy-MM-dd HH:mm:ss'), in UTC where no zone is named"),
        };
    }

    /// <summary>Reads a view instead, under the name that the query has for the table.</summary>
    public void Show(string view)
    {
        node["alias"] = Alias;
        (node["catalog_name"], node["schema_name"], node["table_name"], node["at_clause"]) = ("memory", "main", view, null);
    }
}
