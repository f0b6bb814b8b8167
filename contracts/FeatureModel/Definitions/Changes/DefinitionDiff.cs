using System.Text.Json;

namespace FeatureModel.Definitions.Changes;

/// <summary>What is different between two sets of definitions, value by value. Pure.</summary>
public static class DefinitionDiff
{
    /// <summary>Kind by kind; within a kind by name.</summary>
    public static IReadOnlyList<DefinitionChange> Between(FeatureDefinitions before, FeatureDefinitions after, DefinitionRules rules)
    {
        var changes = new List<DefinitionChange>();
        foreach (var kind in DefinitionKinds.All)
        {
            var old = before.Of(kind).ToDictionary(d => d.Name, StringComparer.Ordinal);
            var wanted = after.Of(kind).ToDictionary(d => d.Name, StringComparer.Ordinal);
            foreach (var name in old.Keys.Union(wanted.Keys).Order(StringComparer.Ordinal))
            {
                if (!old.TryGetValue(name, out var was)) changes.Add(new(kind, name, ChangeType.Added, []));
                else if (!wanted.TryGetValue(name, out var becomes)) changes.Add(new(kind, name, ChangeType.Removed, []));
                else if (!ReferenceEquals(was, becomes)
                    && FieldsBetween(CanonicalJson.Of(was, rules), CanonicalJson.Of(becomes, rules)) is { Count: > 0 } fields)
                {
                    changes.Add(new(kind, name, ChangeType.Changed, fields));
                }
            }
        }
        return changes;
    }

    /// <summary>The values that differ between two canonical texts; empty where they are equal.</summary>
    public static IReadOnlyList<FieldChange> FieldsBetween(string before, string after)
    {
        if (before == after) return [];
        using var old = JsonDocument.Parse(before);
        using var wanted = JsonDocument.Parse(after);
        var fields = new List<FieldChange>();
        Compare("", old.RootElement, wanted.RootElement, fields);
        return fields;
    }

    private static void Compare(string path, JsonElement old, JsonElement wanted, List<FieldChange> fields)
    {
        if (old.ValueKind == JsonValueKind.Object && wanted.ValueKind == JsonValueKind.Object)
        {
            CompareMembers(path, Members(old), Members(wanted), fields);
        }
        else if (AreNamed(old) && AreNamed(wanted))
        {
            var (was, becomes) = (Named(old), Named(wanted));
            CompareMembers(path, was, becomes, fields);
            CompareOrder(path, [.. was.Keys], [.. becomes.Keys], fields);
        }
        else if (old.GetRawText() != wanted.GetRawText())
        {
            fields.Add(new(path, old.GetRawText(), wanted.GetRawText()));
        }
    }

    private static void CompareMembers(
        string path, OrderedDictionary<string, JsonElement> old, OrderedDictionary<string, JsonElement> wanted, List<FieldChange> fields)
    {
        foreach (var name in old.Keys.Union(wanted.Keys))
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            var was = old.TryGetValue(name, out var before);
            var becomes = wanted.TryGetValue(name, out var after);
            if (was && becomes) Compare(inner, before, after, fields);
            // A list of named things that appears or goes is so many things that do.
            else if (was && AreNamed(before)) CompareMembers(inner, Named(before), [], fields);
            else if (becomes && AreNamed(after)) CompareMembers(inner, [], Named(after), fields);
            else fields.Add(new(inner, was ? before.GetRawText() : null, becomes ? after.GetRawText() : null));
        }
    }

    private static void CompareOrder(string path, string[] old, string[] wanted, List<FieldChange> fields)
    {
        var kept = old.ToHashSet(StringComparer.Ordinal);
        kept.IntersectWith(wanted);
        var sameOrder = old.Where(kept.Contains).SequenceEqual(wanted.Where(kept.Contains));
        if (!sameOrder) fields.Add(new(path, string.Join(", ", old), string.Join(", ", wanted)));
    }

    private static bool AreNamed(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0
        && json.EnumerateArray().All(IsNamed)
        && json.EnumerateArray().DistinctBy(e => e.GetProperty("name").GetString()).Count() == json.GetArrayLength();

    private static bool IsNamed(JsonElement json) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String;

    private static OrderedDictionary<string, JsonElement> Named(JsonElement json)
    {
        var named = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var element in json.EnumerateArray()) named.Add(element.GetProperty("name").GetString()!, element);
        return named;
    }

    private static OrderedDictionary<string, JsonElement> Members(JsonElement json)
    {
        var members = new OrderedDictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in json.EnumerateObject()) members.Add(member.Name, member.Value);
        return members;
    }
}
