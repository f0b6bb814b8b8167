using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Lake.Expressions;
using Lake.Types;

namespace Lake.Query;

/// <summary>
/// What of a WHERE can be asked of a table's columns to leave files out: comparisons with constants that mean here what they mean to the engine. Rows that the filter answers with
/// false are answered by the WHERE with false or unknown; the engine still asks all of it. Pure.
/// </summary>
internal static partial class WhereFilter
{
    /// <summary>Doubles hold whole numbers up to there.</summary>
    private static readonly BigInteger MaxExact = BigInteger.Pow(2, 53);

    /// <summary>The filter; that of all rows where nothing can be asked.</summary>
    public static Filter Of(TableReference reference, TableSchema schema) => reference.Where is { } where ? Read(where.Condition, new Columns(reference.Alias, where.IsAlone, schema)) ?? Filter.All : Filter.All;

    private static Filter? Read(JsonNode? expression, Columns columns)
    {
        if (expression is not JsonObject node) return null;
        switch (QueryTree.Kind(node))
        {
            case "CONJUNCTION_AND":
                return Children(node).Select(c => Read(c, columns)).Aggregate((Filter?)null, (all, one) => all is null ? one : one is null ? all : all & one);
            case "CONJUNCTION_OR":
                var either = Children(node).Select(c => Read(c, columns)).ToList();
                return either.Contains(null) ? null : either.Aggregate((all, one) => all! | one!);
            case "COMPARE_EQUAL" or "COMPARE_LESSTHAN" or "COMPARE_LESSTHANOREQUALTO" or "COMPARE_GREATERTHAN" or "COMPARE_GREATERTHANOREQUALTO":
                return Compare(QueryTree.Kind(node)!, node["left"], node["right"], columns);
            case "COMPARE_BETWEEN":
                var (low, high) = (Compare("COMPARE_GREATERTHANOREQUALTO", node["input"], node["lower"], columns), Compare("COMPARE_LESSTHANOREQUALTO", node["input"], node["upper"], columns));
                return low is null ? high : high is null ? low : low & high;
            case "COMPARE_IN":
                var choices = Children(node).Skip(1).Select(c => Compare("COMPARE_EQUAL", Children(node).First(), c, columns)).ToList();
                return choices.Count == 0 || choices.Contains(null) ? null : choices.Aggregate((all, one) => all! | one!);
            case "OPERATOR_IS_NOT_NULL" or "OPERATOR_IS_NULL" when columns.Find(Children(node).First()) is { } asked:
                return QueryTree.Kind(node) == "OPERATOR_IS_NOT_NULL" ? Filter.NotNull(asked.Name) : columns.IsAlone ? Filter.IsNull(asked.Name) : null;
            case "FUNCTION" when (string?)node["function_name"] is "~~" or "starts_with" or "prefix" or "^@":
                return Prefix(node, columns);
            default:
                return null;
        }
    }

    private static IEnumerable<JsonNode?> Children(JsonObject node) => (JsonArray)node["children"]!;

    private static Filter? Compare(string kind, JsonNode? left, JsonNode? right, Columns columns)
    {
        if (columns.Find(left) is { } column && SqlConstant.Of(right) is { } value) return Compare(kind, column, value);
        if (columns.Find(right) is { } other && SqlConstant.Of(left) is { } first) return Compare(Turned(kind), other, first);
        return null;
    }

    private static string Turned(string kind) => kind switch
    {
        "COMPARE_LESSTHAN" => "COMPARE_GREATERTHAN",
        "COMPARE_LESSTHANOREQUALTO" => "COMPARE_GREATERTHANOREQUALTO",
        "COMPARE_GREATERTHAN" => "COMPARE_LESSTHAN",
        "COMPARE_GREATERTHANOREQUALTO" => "COMPARE_LESSTHANOREQUALTO",
        _ => kind,
    };

    private static Filter? Compare(string kind, NestedField column, SqlConstant constant)
    {
        var type = (PrimitiveType)column.Type;
        if (type.Kind is TypeKind.Float or TypeKind.Double) return CompareFloat(kind, column.Name, type, constant);
        if (Value(type, constant) is not { } value) return null;
        return kind switch
        {
            "COMPARE_EQUAL" => Filter.Equal(column.Name, value),
            "COMPARE_LESSTHAN" => Filter.Less(column.Name, value),
            "COMPARE_LESSTHANOREQUALTO" => Filter.LessOrEqual(column.Name, value),
            "COMPARE_GREATERTHAN" => Filter.Greater(column.Name, value),
            _ => Filter.GreaterOrEqual(column.Name, value),
        };
    }

    // The engine may compare as float or as double: the nearest values on both sides are let in.
    private static Filter? CompareFloat(string kind, string column, PrimitiveType type, SqlConstant constant)
    {
        if (constant.Unscaled is not { } digits || constant.Scale > 15 || BigInteger.Abs(digits) > MaxExact) return null;
        var value = (double)digits / Math.Pow(10, constant.Scale);
        object low = type.Kind == TypeKind.Float ? MathF.BitDecrement((float)value) : Math.BitDecrement(value), high = type.Kind == TypeKind.Float ? MathF.BitIncrement((float)value) : Math.BitIncrement(value);
        return kind switch
        {
            "COMPARE_EQUAL" => Filter.GreaterOrEqual(column, low) & Filter.LessOrEqual(column, high),
            "COMPARE_LESSTHAN" or "COMPARE_LESSTHANOREQUALTO" => Filter.LessOrEqual(column, high),
            _ => Filter.GreaterOrEqual(column, low),
        };
    }

    private static object? Value(PrimitiveType type, SqlConstant constant) => type.Kind switch
    {
        TypeKind.Int => constant.Whole is >= int.MinValue and <= int.MaxValue and { } whole ? (int)whole : null,
        TypeKind.Long => constant.Whole is { } whole ? whole : null,
        TypeKind.Decimal => Unscaled(type, constant),
        TypeKind.String => constant is { Text: { } text, Cast: null or "VARCHAR" } ? text : null,
        TypeKind.Date => constant is { Text: { } text, Cast: null or "DATE" } && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null,
        TypeKind.Timestamp => Moment(constant, withZone: false),
        TypeKind.TimestampTz => Moment(constant, withZone: true),
        TypeKind.Uuid => constant is { Text: { } text, Cast: null or "UUID" } && Guid.TryParseExact(text, "D", out var uuid) ? uuid : null,
        _ => null,
    };

    private static object? Unscaled(PrimitiveType type, SqlConstant constant)
    {
        if (constant.Unscaled is not { } digits || constant.Scale > type.Scale) return null;
        var value = digits * BigInteger.Pow(10, type.Scale - constant.Scale);
        // The binder takes a big integer as unscaled digits.
        return BigInteger.Abs(value) < BigInteger.Pow(10, type.Precision) ? value : null;
    }

    // Without a zone a text is UTC, as the session's zone is.
    private static object? Moment(SqlConstant constant, bool withZone)
    {
        if (constant is not { Text: { } text, Cast: null or "TIMESTAMP" or "TIMESTAMP WITH TIME ZONE" or "DATE" }) return null;
        if (MomentText().Match(text) is not { Success: true } match) return null;
        var hasZone = match.Groups[2].Success;
        if ((hasZone && (!withZone || constant.Cast is "TIMESTAMP" or "DATE")) || (match.Groups[1].Success && constant.Cast == "DATE")) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    private static Filter? Prefix(JsonObject node, Columns columns)
    {
        if (Children(node).ToList() is not [var left, var right] || columns.Find(left) is not { Type.Kind: TypeKind.String } column || SqlConstant.Of(right) is not { Text: { } text, Cast: null }) return null;
        if ((string?)node["function_name"] != "~~") return Filter.StartsWith(column.Name, text);
        var end = text.AsSpan().IndexOfAny('%', '_');
        var prefix = end < 0 ? text : text[..end];
        return prefix.Length == 0 || prefix.Contains('\\') ? null : Filter.StartsWith(column.Name, prefix);
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2}(?:\.\d{1,6})?(Z|[+-]\d{2}:\d{2})?)?$", RegexOptions.CultureInvariant)]
    private static partial Regex MomentText();

    // Names as the engine finds them: without case, by the table's alias or, of one table alone, without.
    private sealed record Columns(string Alias, bool IsAlone, TableSchema Schema)
    {
        public NestedField? Find(JsonNode? expression)
        {
            if (expression is not JsonObject node || QueryTree.Kind(node) != "COLUMN_REF") return null;
            var name = ((JsonArray)node["column_names"]!).Select(n => (string)n!).ToList() switch
            {
                [var column] when IsAlone => column,
                [var table, var column] when table.Equals(Alias, StringComparison.OrdinalIgnoreCase) => column,
                _ => null,
            };
            var found = Schema.Fields.Where(f => f.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).ToList();
            return found is [{ Type: PrimitiveType } only] ? only : null;
        }
    }
}
