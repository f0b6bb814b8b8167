using System.Text.Json.Nodes;

namespace Lake.Query;

/// <summary>
/// The WHERE of one SELECT and the tables that it may be asked of before they are joined: rows that it does not answer with true are in no result, so files that have no other rows
/// need not be read. Immutable.
/// </summary>
internal sealed class WhereScope
{
    // Of these a row of either side is in the result at most as often as its partners are there, and what replaces partners is null, which no comparison matches. An ASOF join looks
    // for the nearest row, a positional one counts them, and an anti join keeps what has no partner: for them no row may be missing.
    private static readonly HashSet<string> JoinTypes = ["INNER", "LEFT", "RIGHT", "OUTER"], JoinKinds = ["REGULAR", "CROSS"];

    private readonly HashSet<JsonObject> _tables = new(ReferenceEqualityComparer.Instance);

    private WhereScope(JsonObject condition, bool isAlone) => (Condition, IsAlone) = (condition, isAlone);

    public JsonObject Condition { get; }

    /// <summary>Whether the SELECT reads one table alone: then names without a table are its columns, and null may be asked for.</summary>
    public bool IsAlone { get; }

    /// <summary>The scope of a SELECT; null where nothing can be left out.</summary>
    public static WhereScope? Of(JsonObject select)
    {
        // A sample is taken of all rows.
        if (select["where_clause"] is not JsonObject condition || select["sample"] is not null || select["from_table"] is not JsonObject from) return null;
        var scope = new WhereScope(condition, QueryTree.Kind(from) == "BASE_TABLE");
        scope.Collect(from);
        return scope;
    }

    public bool Covers(JsonObject table) => _tables.Contains(table);

    private void Collect(JsonObject from)
    {
        if (from["sample"] is not null) return;
        switch (QueryTree.Kind(from))
        {
            case "BASE_TABLE" when from["column_name_alias"] is not JsonArray { Count: > 0 }:
                _tables.Add(from);
                break;
            case "JOIN" when JoinTypes.Contains((string?)from["join_type"] ?? "") && JoinKinds.Contains((string?)from["ref_type"] ?? ""):
                Collect((JsonObject)from["left"]!);
                Collect((JsonObject)from["right"]!);
                break;
        }
    }
}
