using System.Globalization;
using Appliance.Features.Reading;
using FeatureModel.Definitions;
using FeatureModel.Values;
using Microsoft.Extensions.Primitives;

namespace Appliance.Host.Rest.Features;

/// <summary>Reads the query of GET /api/features. Stateless.</summary>
internal static class FeatureQueryReader
{
    private const string Members = "entity, id, id.<join key>, features, featureService";

    /// <summary>Finds the entity and the features; the keys follow by <see cref="ReadKeys"/>. Null, or why the query is refused.</summary>
    public static RequestRefusal? Read(IQueryCollection query, FeatureReadRequest request)
    {
        request.Clear();
        foreach (var (name, values) in query)
        {
            if (name is "entity" or "id" or "featureService" || name.StartsWith("id.", StringComparison.Ordinal))
            {
                if (values.Count > 1) return new($"{name} is given {values.Count} times; it must be given once", name);
            }
            else if (name != "features")
            {
                return new($"{name} is not a parameter of this call; the parameters are {Members}", name);
            }
        }
        request.Entity = query["entity"];
        if (string.IsNullOrEmpty(request.Entity)) return new("entity is missing; it must name the entity whose features are asked for", "entity");
        return Select(query["features"], query["featureService"], request);
    }

    /// <summary>Reads the key of the one entity into the rows.</summary>
    public static RequestRefusal? ReadKeys(IQueryCollection query, EntityDefinition entity, EntityRows rows)
    {
        rows.Clear();
        foreach (var name in query.Keys)
        {
            if (!name.StartsWith("id.", StringComparison.Ordinal) || entity.JoinKeys.Exists(k => name.AsSpan(3).SequenceEqual(k.Name))) continue;
            return new($"{name} is given; entity '{entity.Name}' has {KeyNames(entity)}", name);
        }
        foreach (var key in entity.JoinKeys)
        {
            var name = $"id.{key.Name}";
            var given = query[name];
            if (query.ContainsKey("id"))
            {
                if (entity.JoinKeys.Count > 1) return new($"id is given; entity '{entity.Name}' has {KeyNames(entity)}, so each must be given as id.<join key>", "id");
                if (given.Count > 0) return new($"id and {name} are both given; one is enough", name);
                (name, given) = ("id", query["id"]);
            }
            if (given.Count == 0)
            {
                var missing = entity.JoinKeys.Count == 1 ? "id" : name;
                return new($"{missing} is missing; it must be the {key.Type} '{key.Name}' of the entity", missing);
            }
            if (!TryRead(given.ToString(), key.Type, out var value)) return new($"{name} is '{Shown(given.ToString())}'; it must be {key.Type}", name);
            if (given.ToString().Length > EntityKey.MaxTextLength) return new($"{name} has {given.ToString().Length} characters; at most {EntityKey.MaxTextLength} are taken in a key", name);
            rows.AddColumn(key.Name);
            rows.Add(value);
        }
        return null;
    }

    private static RequestRefusal? Select(StringValues features, StringValues service, FeatureReadRequest request)
    {
        if (features.Count > 0 && service.Count > 0) return new("features and featureService are both given; one of them must say which features are asked for", "features");
        if (service.Count > 0) request.Selection.SelectService(service.ToString());
        else if (features.Count == 0) request.Selection.SelectEntity(request.Entity!);
        else
        {
            request.Selection.BeginList();
            foreach (var list in features)
            {
                foreach (var reference in list!.Split(',')) request.Selection.AddReference(reference.Trim());
            }
        }
        return null;
    }

    private static bool TryRead(string text, string type, out FeatureValue value)
    {
        value = FeatureValue.Of(text);
        if (type == FeatureDataType.String.Name()) return true;
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)) return false;
        value = FeatureValue.Of(number);
        return true;
    }

    private static string KeyNames(EntityDefinition entity) =>
        $"the join key{(entity.JoinKeys.Count > 1 ? "s" : "")} {string.Join(", ", entity.JoinKeys.Select(k => k.Name))}";

    private static string Shown(string text) => text.Length <= 40 ? text : $"{text.AsSpan(0, 40)}…";
}
