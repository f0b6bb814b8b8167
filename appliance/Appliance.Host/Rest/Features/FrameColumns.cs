using System.Text.Json;
using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using FeatureModel.Definitions;

namespace Appliance.Host.Rest.Features;

/// <summary>Which columns of a data frame are what: keys, fields of the source, times. Made once a request.</summary>
internal sealed class FrameColumns
{
    private const string EventTimeName = "event_timestamp", CreatedName = "created";

    private FrameColumns(IReadOnlyList<RowTarget> targets, uint view, JoinKey[] keys, int[] fields, string? eventTime, string? created, int rows)
    {
        Targets = targets;
        View = view;
        Keys = keys;
        Fields = fields;
        EventTime = eventTime;
        Created = created;
        Rows = rows;
    }

    /// <summary>The views that the rows go to.</summary>
    public IReadOnlyList<RowTarget> Targets { get; }

    /// <summary>The number of the one view that the rows are for; 0 where they are for every view whose keys they have.</summary>
    public uint View { get; }

    /// <summary>Join keys that the frame has.</summary>
    public JoinKey[] Keys { get; }

    /// <summary>Fields of the source that the frame has and that may be for the views, by their position in its schema.</summary>
    public int[] Fields { get; }

    /// <summary>The column of the event time; null where there is none.</summary>
    public string? EventTime { get; }

    /// <summary>The column of the created time; null where there is none.</summary>
    public string? Created { get; }

    public int Rows { get; }

    /// <summary>Finds the columns; null, or what is wrong with the frame.</summary>
    /// <param name="view">The view that the rows are meant for; null for all views of the source.</param>
    /// <param name="maxRows">Rows that are taken at most.</param>
    public static RequestRefusal? Find(JsonElement frame, SourceRoute route, SourceDefinition source, ServedView? view, int maxRows, out FrameColumns? columns)
    {
        columns = null;
        if (Count(frame, maxRows, out var rows) is { } uneven) return uneven;
        if (route.Rows.Count == 0) return new($"source '{source.Name}' has no batch feature views, which are those that take rows", null);
        var targets = route.Rows.Where(r => (view is null || r.View.Number == view.Number) && r.View.JoinKeys.All(k => frame.TryGetProperty(k.Name, out _))).ToList();
        if (targets.Count == 0)
        {
            var wanted = view is null ? route.Rows[0].View : view;
            var missing = wanted.JoinKeys.First(k => !frame.TryGetProperty(k.Name, out _)).Name;
            return new($"df has no '{missing}', which feature view '{wanted.Name}' needs as its key", $"df.{missing}");
        }
        foreach (var target in targets)
        {
            // A row replaces the whole row: a column that is left out would silently empty its feature.
            var missing = target.View.Features.FirstOrDefault(f => !frame.TryGetProperty(f.Name, out _));
            if (missing is not null) return new($"df has no '{missing.Name}', which feature view '{target.View.Name}' needs as {FeatureModel.Values.FeatureDataTypes.Name(missing.Type)}", $"df.{missing.Name}");
        }
        columns = new FrameColumns(
            targets,
            view is null ? 0 : view.Number,
            [.. targets.SelectMany(t => t.View.JoinKeys).DistinctBy(k => k.Name)],
            [.. FieldsFor(route, view is null ? null : targets[0]).Where(f => frame.TryGetProperty(route.Schema.Fields[f].Name, out _))],
            Named(frame, EventTimeName, source.EventTimeColumn),
            Named(frame, CreatedName, source.CreatedTimeColumn),
            rows);
        return null;
    }

    // What a row for one view says of the fields of others would be kept and never looked at.
    private static IEnumerable<int> FieldsFor(SourceRoute route, RowTarget? one) =>
        one is null ? Enumerable.Range(0, route.Schema.Fields.Count) : one.Fields.Where(f => f >= 0).Distinct().Order();

    private static string? Named(JsonElement frame, string first, string? second)
    {
        if (frame.TryGetProperty(first, out _)) return first;
        return second is { Length: > 0 } && frame.TryGetProperty(second, out _) ? second : null;
    }

    private static RequestRefusal? Count(JsonElement frame, int maxRows, out int rows)
    {
        rows = -1;
        var first = "";
        foreach (var column in frame.EnumerateObject())
        {
            var place = $"df.{column.Name}";
            if (column.Value.ValueKind != JsonValueKind.Array) return new($"{place} is {PushRequest.Words(column.Value)}; it must be an array with a value for each row", place);
            var length = column.Value.GetArrayLength();
            if (rows < 0) (rows, first) = (length, column.Name);
            if (length != rows) return new($"{place} has {length} values and df.{first} has {rows}; every column must have one value for each row", place);
        }
        if (rows < 0) return new("df has no columns; it must have the keys and features of the rows", "df");
        return rows > maxRows ? new($"df has {rows} rows; at most {maxRows} are taken in one request", "df") : null;
    }
}
