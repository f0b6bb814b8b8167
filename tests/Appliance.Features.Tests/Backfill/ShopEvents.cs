using System.Globalization;
using FeatureModel.Definitions;
using FeatureModel.Tests.Windows;

namespace Appliance.Features.Tests.Backfill;

/// <summary>Events of a source and views over it, made from a seed: raw for brute force, as JSON for the platform.</summary>
internal sealed class ShopEvents(int seed)
{
    public const int Members = 4;

    private const long Second = 1_000_000;

    private readonly Random _random = new(seed);

    public Random Random => _random;

    /// <summary>A view of every function over every kind of field, in two windows.</summary>
    public static FeatureDefinitions Everything(string name)
    {
        var view = WindowViews.Everything("1h", "1d");
        view.Name = name;
        for (var i = 0; i < view.Features.Count; i++) view.Features[i].Name = string.Create(CultureInfo.InvariantCulture, $"f{i}");
        return Declared(view);
    }

    /// <summary>A view that counts.</summary>
    public static FeatureDefinitions Count(string name, string window = "1d")
    {
        var count = WindowViews.Feature("count", null, window);
        count.Name = "events";
        var view = WindowViews.View(count);
        view.Name = name;
        return Declared(view);
    }

    private static FeatureDefinitions Declared(FeatureViewDefinition view) => new()
    {
        Entities = [new EntityDefinition { Name = "member", JoinKeys = [new FieldDefinition { Name = "member_id", Type = "int64" }] }],
        Sources = [WindowViews.Source("1d")],
        FeatureViews = [view],
    };

    /// <summary>Events of the last hours before a moment; none of two have one time unless ties are asked for.</summary>
    public List<(RawEvent Raw, long Member, string Json)> Make(int count, long before, bool ties)
    {
        var events = new List<(RawEvent, long, string)>();
        for (var i = 0; i < count; i++)
        {
            // A second apart at least, where nothing may fall together.
            var time = before - ((1 + _random.NextInt64(20_000)) * Second) + (ties ? 0 : 1 + _random.NextInt64(Second - 1));
            if (ties && i > 0 && _random.Next(3) == 0) time = events[_random.Next(i)].Item1.Micros;
            var raw = new RawEvent(time, 0, _random.Next(2) == 0 ? "purchase" : "visit", _random.Next(-500, 500) / 4.0, _random.Next(-500, 500), $"channel {_random.Next(300)}");
            var member = _random.NextInt64(Members);
            events.Add((raw, member, Json(raw, member)));
        }
        return events;
    }

    // Half of them carry an id; the others are told apart by a field that no feature reads.
    private string Json(RawEvent raw, long member)
    {
        var number = _random.NextInt64(long.MaxValue);
        var id = _random.Next(2) == 0 ? $"\"id\":\"{number}\"," : "";
        var time = DateTimeOffset.UnixEpoch.AddMicroseconds(raw.Micros).ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture,
            $$$"""{{{{id}}}"source":"member_events","type":"{{{raw.Type}}}","entity":{"member_id":{{{member}}}},"time":"{{{time}}}","data":{"amount":{{{raw.Amount}}},"points":{{{raw.Points}}},"channel":"{{{raw.Channel}}}","seen":"{{{time}}}","n":{{{number}}}}}""");
    }
}
