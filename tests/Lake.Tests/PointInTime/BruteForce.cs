using FeatureModel.Definitions;
using FeatureModel.PointInTime;
using FeatureModel.Values;

namespace Lake.Tests.PointInTime;

/// <summary>The definition of a join: whole histories, looked at anew for every row.</summary>
internal sealed class BruteForce(DefinitionCatalog catalog)
{
    private readonly Dictionary<(string View, string Key), List<Past>> _histories = [];

    /// <summary>Whether rows count from their created time on.</summary>
    public bool CreatedByThen { get; init; }

    /// <summary>Whether values past the TTL stay.</summary>
    public bool KeepsStale { get; init; }

    /// <summary>Adds a row of a view's history, in the table's order.</summary>
    /// <param name="view">The view.</param>
    /// <param name="keys">Its keys; with a null it belongs to no one.</param>
    /// <param name="time">Event time; null for none.</param>
    /// <param name="created">Created time; null where it is not told.</param>
    /// <param name="type">Of an event; null for a row.</param>
    /// <param name="fields">In the order of the source.</param>
    public void Add(string view, object?[] keys, long? time, long? created, string? type, params FeatureValue[] fields)
    {
        if (time is not { } at || keys.Contains(null)) return;
        var key = (view, string.Join('/', keys));
        if (!_histories.TryGetValue(key, out var history)) _histories[key] = history = [];
        history.Add(new Past(at, created, type, fields));
    }

    /// <summary>The values of some features.</summary>
    /// <param name="features">Which.</param>
    /// <param name="keys">For each view the spine row's keys.</param>
    /// <param name="moment">Its moment; null for none.</param>
    /// <param name="inputs">What comes with the row.</param>
    public List<object?> Row(IReadOnlyList<FeatureReference> features, Func<string, object?[]> keys, long? moment, params FeatureValue[] inputs)
    {
        Assert.True(PointInTimeService.TryCreate(catalog, features, out var service, out var error), error);
        var rows = service.Views.Select(v => View(v, keys(v.Definition.Name), moment)).ToList();
        return [.. features.Select(f => moment is null ? null : JoinBed.Plain(service.Evaluate(f, rows, inputs, moment.Value)))];
    }

    private PointInTimeRow View(PointInTimeView view, object?[] keys, long? moment)
    {
        var history = keys.Contains(null) ? [] : _histories.GetValueOrDefault((view.Definition.Name, string.Join('/', keys)), []);
        var counted = history.Where(p => p.Time <= moment && (!CreatedByThen || p.Created <= moment));
        // Of events of one time the one that was made later arrived later.
        var row = view.Evaluate([.. counted.OrderBy(p => p.Created ?? long.MinValue).Select((p, i) => p.At(i))], long.MaxValue, moment ?? 0);
        return row.Status == PointInTimeStatus.OutsideMaxAge && !KeepsStale ? row with { Values = new FeatureValue[row.Values.Length] } : row;
    }

    private sealed record Past(long Time, long? Created, string? Type, FeatureValue[] Fields)
    {
        public HistoryEvent At(long position) => new(Type ?? "row", Fields)
        {
            Position = position, IsRow = Type is null, EventTime = Time, CreatedTime = Created ?? long.MinValue, IngestTime = long.MaxValue,
        };
    }
}
