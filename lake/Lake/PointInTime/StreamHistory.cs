using FeatureModel.Values;

namespace Lake.PointInTime;

/// <summary>
/// The query that a stream view's windows are made of: events and the spine's moments together, entity by entity, in the order in which they count. Pure.
/// </summary>
internal static class StreamHistory
{
    /// <summary>Columns before the keys: the spine's row (null for an event), the moment or event time.</summary>
    public const int RowAt = 0, TimeAt = 1, KeysAt = 2;

    /// <summary>The query; behind the keys stand the event's type and the fields.</summary>
    /// <param name="view">The view.</param>
    /// <param name="fields">Places of the source's fields that are needed.</param>
    /// <param name="spine">The spine with its number <c>n</c>, its moment <c>moment</c> and the keys' columns.</param>
    /// <param name="createdByThen">Whether events count from their created time on.</param>
    public static string Sql(JoinView view, IReadOnlyList<int> fields, string spine, bool createdByThen)
    {
        var keys = string.Join(", ", view.KeyNames);
        var columns = string.Join("", fields.Select((_, i) => $", {JoinView.At("f", i)}"));
        var nulls = string.Join("", fields.Select(f => $", CAST(NULL AS {FeatureTypes.Sql(TypeOf(view, f))})"));
        var since = createdByThen ? "greatest(t, c)" : "t";
        var events = $"SELECT CAST(NULL AS BIGINT) AS n, t, {keys}, type{columns}, {since} AS since, 0 AS kind, c, s FROM ({Events(view, fields, createdByThen)}) AS e "
            + $"SEMI JOIN (SELECT {keys} FROM ({spine}) AS a) AS m ON {string.Join(" AND ", view.KeyNames.Select(k => $"e.{k} = m.{k}"))} WHERE t IS NOT NULL AND c IS NOT NULL";
        var known = string.Join(" AND ", view.KeyNames.Select(k => $"{k} IS NOT NULL"));
        var moments = $"SELECT n, moment, {keys}, CAST(NULL AS VARCHAR){nulls}, moment, 1, CAST(0 AS BIGINT), CAST(0 AS BIGINT) FROM ({spine}) AS p WHERE moment IS NOT NULL AND {known}";
        // Events of a moment come before it; of events that come to be known at once, those that were made first.
        return $"SELECT n, t, {keys}, type{columns} FROM ({events} UNION ALL {moments}) AS u ORDER BY {keys}, since, kind, c, s";
    }

    public static FeatureDataType TypeOf(JoinView view, int field) => FeatureDataTypes.TryParse(view.Source.Fields[field].Type, out var type) ? type : FeatureDataType.String;

    private static string Events(JoinView view, IReadOnlyList<int> fields, bool createdByThen)
    {
        var (history, time) = (view.History, view.History.Time);
        var created = history.Created is not { } column ? time : createdByThen ? column : $"coalesce({column}, CAST(-9223372036854775808 AS BIGINT))";
        var keys = string.Join(", ", view.Keys.Select((k, i) => $"{history.Key(k)} AS {JoinView.At("k", i)}"));
        var values = string.Join("", fields.Select((f, i) => $", {history.Value("field", view.Source.Fields[f].Name, TypeOf(view, f))} AS {JoinView.At("f", i)}"));
        return $"SELECT {keys}, {time} AS t, {created} AS c, row_number() OVER () AS s, {history.Type} AS type{values} FROM {history.From}";
    }
}
