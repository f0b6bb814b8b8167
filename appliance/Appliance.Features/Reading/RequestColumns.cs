// Hot path: once per request, and once per entity for its keys.
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Features.Reading;

/// <summary>Finds the columns that a plan needs among those that a request brings, and checks their values.</summary>
internal static class RequestColumns
{
    /// <summary>Fills in the request's column for each required one; null, or what is wrong with the request.</summary>
    public static string? Bind(FeatureReadPlan plan, EntityRows rows, int maxRows, Span<int> columns)
    {
        if (rows.Mismatch() is >= 0 and var odd)
        {
            return $"'{rows.Name(odd)}' has {rows.Values(odd).Length} values and '{rows.Name(0)}' has {rows.Rows}; every column must have one value for each entity";
        }
        if (rows.Rows > maxRows) return $"{rows.Rows} entities are asked for; at most {maxRows} are taken in one request";
        for (var i = 0; i < plan.Required.Length; i++)
        {
            var required = plan.Required[i];
            columns[i] = rows.Find(required.Name);
            if (columns[i] < 0)
            {
                return $"entities has no '{required.Name}', which feature view '{required.View}' needs as {required.Type.Name()}"
                    + (required.IsKey ? "" : ": it is an input that comes with the request");
            }
            if (Check(rows.Values(columns[i]), required) is { } error) return error;
        }
        return null;
    }

    private static string? Check(ReadOnlySpan<FeatureValue> values, RequiredColumn required)
    {
        for (var row = 0; row < values.Length; row++)
        {
            if (values[row].IsNull && !required.IsKey) continue;
            if (!Fits(values[row], required.Type)) return $"entities.{required.Name}[{row}] is {Shown(values[row])}; it must be {required.Type.Name()}";
            if (required.IsKey && required.Type == FeatureDataType.String && values[row].AsString.Length > EntityKey.MaxTextLength)
            {
                return $"entities.{required.Name}[{row}] has {values[row].AsString.Length} characters; at most {EntityKey.MaxTextLength} are taken in a key";
            }
        }
        return null;
    }

    private static bool Fits(FeatureValue value, FeatureDataType type) =>
        value.Type == type || TypeWidening.Holds(value.Type, type) || (type == FeatureDataType.Double && value.Type == FeatureDataType.Int64);

    private static string Shown(FeatureValue value)
    {
        if (value.IsNull) return "null";
        var text = value.ToString();
        return value.Type == FeatureDataType.String ? $"'{(text.Length > 40 ? text[..40] + "…" : text)}'" : text;
    }
}
