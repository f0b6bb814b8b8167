using System.Globalization;

namespace Lake.PointInTime;

/// <summary>
/// Queries that make of a batch view's history what an ASOF join can take: rows of (keys, <c>since</c> from when on the row counts, <c>t</c> its event time, values), with at most one that
/// holds for each key and <c>since</c>. Pure.
/// </summary>
internal static class BatchHistory
{
    /// <summary>Earlier than any time: of rows of one event time, those that do not say when they were made come first.</summary>
    private const string Unknown = "CAST(-9223372036854775808 AS BIGINT)";

    /// <summary>A query that gives a row where two rows have equal keys and event times.</summary>
    public static string TiesSql(JoinView view)
    {
        var keys = string.Join(", ", view.KeyNames);
        return $"SELECT 1 FROM (SELECT {Keys(view)}, {view.History.Time} AS t FROM {view.History.From}) AS r WHERE {Known(view)} GROUP BY {keys}, t HAVING count(*) > 1 LIMIT 1";
    }

    /// <summary>The history where no two rows have equal keys and event times: as it lies.</summary>
    public static string PlainSql(JoinView view)
    {
        var (time, values) = (view.History.Time, string.Join("", view.Needed.Select((f, i) => $", {Value(view, f)} AS {JoinView.At("v", i)}")));
        var known = string.Join(" AND ", view.Keys.Select(k => $"{view.History.Key(k)} IS NOT NULL"));
        return $"SELECT {Keys(view)}, {time} AS since, {time} AS t{values} FROM {view.History.From} WHERE {time} IS NOT NULL AND {known}";
    }

    /// <summary>The history as it lies, in the order in which it was written: keys, <c>t</c>, the created time <c>c</c> where the source has one, values.</summary>
    public static string WrittenSql(JoinView view)
    {
        var created = view.History.Created is { } column ? $", {column} AS c" : "";
        var values = string.Join("", view.Needed.Select((f, i) => $", {Value(view, f)} AS {JoinView.At("v", i)}"));
        return $"SELECT {Keys(view)}, {view.History.Time} AS t{created}{values} FROM {view.History.From}";
    }

    /// <summary>The history with equal event times settled by the greatest created time, then the latest in the table's order.</summary>
    public static string SettledSql(JoinView view)
    {
        var keys = string.Join(", ", view.KeyNames);
        return $"SELECT {keys}, t AS since, t{Unpacked(view)} FROM (SELECT {keys}, t, max(struct_pack(c := c, s := s, v := v)) AS best FROM ({RowsSql(view, Unknown)}) AS r "
            + $"WHERE {Known(view)} GROUP BY {keys}, t) AS g";
    }

    /// <summary>The history as it came to be known: at each moment when a row was made, the one that holds of those made by then.</summary>
    public static string AsKnownSql(JoinView view)
    {
        var keys = string.Join(", ", view.KeyNames);
        // Rows that come to be known at one moment all have the best of that moment, so the join may take any of them.
        return $"SELECT {keys}, since, struct_extract(best, 't') AS t{Unpacked(view)} FROM (SELECT {keys}, greatest(t, c) AS since, max(struct_pack(t := t, c := c, s := s, v := v)) "
            + $"OVER (PARTITION BY {keys} ORDER BY greatest(t, c) RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS best "
            + $"FROM ({RowsSql(view, null)}) AS r WHERE {Known(view)} AND c IS NOT NULL) AS g";
    }

    // The engine's ASOF join takes null for equal to null, so no key of history may be null.
    private static string Known(JoinView view) => string.Join("", view.KeyNames.Select(k => $"{k} IS NOT NULL AND ")) + "t IS NOT NULL";

    // Keys, event time t, created time c, place in the table's order s, values v.
    private static string RowsSql(JoinView view, string? unknown)
    {
        var created = view.History.Created is not { } column ? view.History.Time : unknown is null ? column : $"coalesce({column}, {unknown})";
        var values = string.Join(", ", view.Needed.Select((f, i) => $"{JoinView.At("v", i)} := {Value(view, f)}"));
        return $"SELECT {Keys(view)}, {view.History.Time} AS t, {created} AS c, row_number() OVER () AS s, struct_pack({values}) AS v FROM {view.History.From}";
    }

    private static string Unpacked(JoinView view) =>
        string.Join("", view.Needed.Select((_, i) => string.Create(CultureInfo.InvariantCulture, $", struct_extract(struct_extract(best, 'v'), 'v{i}') AS v{i}")));

    private static string Keys(JoinView view) => string.Join(", ", view.Keys.Select((k, i) => $"{view.History.Key(k)} AS {JoinView.At("k", i)}"));

    private static string Value(JoinView view, int feature) => view.History.Value("feature", view.View.Definition.Features[feature].Name, view.TypeOf(feature));
}
