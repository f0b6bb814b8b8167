// Hot path: every event's entity passes here. Only a refusal allocates.
using System.Globalization;
using System.Text;
using Appliance.Features.Reading;
using FeatureModel.Events;
using FeatureModel.Values;

namespace Appliance.Features.Ingest;

/// <summary>Compares an event's entity with the join keys that views need. Stateless.</summary>
internal static class EventKeys
{
    /// <summary>Characters of a text that a refusal repeats.</summary>
    private const int MaxShown = 40;

    /// <summary>The event's key of that name.</summary>
    public static bool TryFind(EventRecord record, JoinKey join, out EventEntityKey found)
    {
        found = default;
        foreach (var key in record.Entity)
        {
            if (!key.Name.SequenceEqual(join.Utf8Name)) continue;
            found = key;
            return true;
        }
        return false;
    }

    /// <summary>Whether the event has all of the view's join keys; false with a refusal where one is of another type.</summary>
    public static bool Concern(EventRecord record, ServedView view, out string? wrong)
    {
        wrong = null;
        for (var i = 0; i < view.JoinKeys.Count; i++)
        {
            var join = view.JoinKeys[i];
            if (!TryFind(record, join, out var found)) return false;
            if (Fits(join, found)) continue;
            wrong = Refuse(view, join, found);
            return false;
        }
        return true;
    }

    public static bool Fits(JoinKey join, EventEntityKey found) => found.IsText == (join.Type == FeatureDataType.String);

    /// <summary>What is said of a key of another type: member, value and rule.</summary>
    public static string Refuse(ServedView view, JoinKey join, EventEntityKey found) =>
        $"entity.{join.Name} is {Shown(found)}; it must be {join.Type.Name()}, as feature view '{view.Name}' needs it";

    /// <summary>What is said of an entity that has not all the join keys of any view.</summary>
    public static string RefuseStranger(EventRecord record, SourceRoute route)
    {
        var has = new List<string>();
        foreach (var key in record.Entity) has.Add(Encoding.UTF8.GetString(key.Name));
        var views = route.TakesRows ? route.Rows.Select(r => r.View) : route.Streams.Select(s => s.View);
        var needed = views.Select(v => string.Join(" with ", v.JoinKeys.Select(k => k.Name))).Distinct();
        return $"entity has {string.Join(", ", has)}; it must have the join keys of a feature view over source '{route.Schema.Name}': {string.Join(" or ", needed)}";
    }

    private static string Shown(EventEntityKey key)
    {
        if (!key.IsText) return key.Number.ToString(CultureInfo.InvariantCulture);
        var text = Encoding.UTF8.GetString(key.Text);
        return text.Length > MaxShown ? $"'{text.AsSpan(0, MaxShown)}…'" : $"'{text}'";
    }
}
