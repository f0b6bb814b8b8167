using FeatureModel.Definitions;
using FeatureModel.Windows;

namespace FeatureModel.Tests.Windows;

/// <summary>Views over one source of purchases and visits.</summary>
internal static class WindowViews
{
    public static SourceDefinition Source(string? lateness = "7d") => new()
    {
        Name = "member_events",
        Kind = "events",
        Lateness = lateness,
        Fields =
        [
            new() { Name = "amount", Type = "double" }, new() { Name = "points", Type = "int64" }, new() { Name = "channel", Type = "string" },
            new() { Name = "seen", Type = "timestamp" }, new() { Name = "tags", Type = "list<string>" },
        ],
    };

    public static string FilterOf(string type) => $"type == '{type}'";

    public static FeatureDefinition Feature(
        string function, string? field = null, string? window = "30d", string? where = null, string? type = null, string? halfLife = null) => new()
    {
        Name = string.Join('_', new[] { function, field, window ?? halfLife, where }.Where(part => part is not null)),
        Type = type ?? TypeOf(function, field),
        Aggregate = new() { Function = function, Field = field, Window = window, Where = where, HalfLife = halfLife },
    };

    public static FeatureDefinition Decayed(string? field = null, string halfLife = "3d", string? where = null) =>
        Feature("decayed", field, window: null, where, halfLife: halfLife);

    public static FeatureViewDefinition View(params FeatureDefinition[] features) =>
        new() { Name = "member_stats", Kind = "stream", Entities = ["member"], Source = "member_events", Features = [.. features] };

    /// <summary>Every function over every kind of field that it takes, over each of the windows, all events and purchases alone.</summary>
    public static FeatureViewDefinition Everything(params string[] windows)
    {
        string?[] filters = [null, FilterOf("purchase")];
        var features = filters.SelectMany(where => windows.SelectMany(window => new[]
        {
            Feature("count", null, window, where), Feature("count", "amount", window, where),
            Feature("sum", "amount", window, where), Feature("sum", "points", window, where),
            Feature("min", "amount", window, where), Feature("min", "points", window, where),
            Feature("max", "amount", window, where), Feature("max", "points", window, where), Feature("max", "seen", window, where),
            Feature("mean", "amount", window, where), Feature("mean", "points", window, where),
            Feature("last", "amount", window, where), Feature("last", "points", window, where),
            Feature("distinct", "channel", window, where), Feature("distinct", "points", window, where), Feature("distinct", "amount", window, where),
        })).Concat(filters.SelectMany(where => new[] { Decayed(null, "3d", where), Decayed("amount", "12h", where), Decayed("points", "12h", where) }));
        return View([.. features]);
    }

    public static WindowPlan Plan(FeatureViewDefinition view, string? lateness = "7d")
    {
        var result = WindowPlan.Compile(view, Source(lateness));
        Assert.Empty(result.Errors);
        return result.Plan!;
    }

    private static string TypeOf(string function, string? field) => function switch
    {
        "count" or "distinct" => "int64",
        "mean" or "decayed" => "double",
        _ => field switch { "points" => "int64", "seen" => "timestamp", _ => "double" },
    };
}
