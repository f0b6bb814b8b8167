using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Lake.Query;

/// <summary>A constant of a query, as the engine's tree has it. Immutable.</summary>
/// <param name="Text">Of a text; null for others.</param>
/// <param name="Unscaled">Digits of a number; null for others and for floats.</param>
/// <param name="Scale">Digits behind the number's point.</param>
/// <param name="Cast">What a text is cast to: <c>DATE</c>; null for nothing.</param>
internal sealed record SqlConstant(string? Text, BigInteger? Unscaled, int Scale, string? Cast)
{
    /// <summary>A whole number; null for others.</summary>
    public long? Whole => Unscaled is { } number && Scale == 0 && number >= long.MinValue && number <= long.MaxValue ? (long)number : null;

    /// <summary>The constant; null where the expression is none, or of a kind that is not read.</summary>
    public static SqlConstant? Of(JsonNode? expression)
    {
        if (expression is not JsonObject node) return null;
        if ((string?)node["class"] == "CAST")
        {
            return Of(node["child"]) is { Text: not null, Cast: null } inner && (string?)node["cast_type"]?["id"] is { } type ? inner with { Cast = type } : null;
        }
        if ((string?)node["class"] != "CONSTANT" || node["value"] is not JsonObject value || (bool)value["is_null"]!) return null;
        return (string?)value["type"]?["id"] switch
        {
            "VARCHAR" => new SqlConstant((string)value["value"]!, null, 0, null),
            "INTEGER" or "BIGINT" => Number(value["value"], 0),
            "DECIMAL" => Number(value["value"], (int)value["type"]!["type_info"]!["scale"]!),
            _ => null,
        };
    }

    private static SqlConstant? Number(JsonNode? value, int scale) =>
        BigInteger.TryParse(value?.ToJsonString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? new SqlConstant(null, number, scale, null) : null;
}
