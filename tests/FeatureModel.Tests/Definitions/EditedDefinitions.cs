using System.Globalization;
using System.Text.Json.Nodes;
using FeatureModel.Definitions;

namespace FeatureModel.Tests.Definitions;

/// <summary>A small sound set of definitions, as text, in which tests change single values by their JSON paths.</summary>
internal sealed class EditedDefinitions
{
    public const string File = "shop.json";

    private const string Sound = """
        {
          "entities": [
            { "name": "member", "joinKeys": [{ "name": "member_id", "type": "int64" }], "tags": { "team": "crm" } },
            { "name": "shop", "joinKeys": [{ "name": "shop_id", "type": "string" }] }
          ],
          "sources": [
            { "name": "events", "kind": "events", "fields": [{ "name": "amount", "type": "float" }, { "name": "channel", "type": "string" },
                { "name": "points", "type": "int32" }, { "name": "at", "type": "timestamp" }, { "name": "tags", "type": "list<string>" }] },
            { "name": "rows", "kind": "push", "fields": [{ "name": "tenure", "type": "int32" }, { "name": "vector", "type": "list<float>" }] },
            { "name": "table", "kind": "file", "path": "table.csv" }
          ],
          "featureViews": [
            { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "ttl": "30d", "features": [
              { "name": "visits", "type": "int64", "default": 0, "aggregate": { "function": "count", "where": "type == 'visit'", "window": "30d" } },
              { "name": "spent", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "7d" } },
              { "name": "heat", "type": "double", "aggregate": { "function": "decayed", "halfLife": "3d" } }] },
            { "name": "profile", "kind": "batch", "entities": ["member"], "source": "rows", "features": [
              { "name": "tenure", "type": "int64" },
              { "name": "vector", "type": "list<float>", "dimension": 2, "default": [0.5, 1] }] },
            { "name": "ratio", "kind": "onDemand", "entities": ["member"], "inputs": ["activity", "profile"],
              "requestInputs": [{ "name": "basket", "type": "double" }],
              "lookupTables": [{ "name": "weights", "keyType": "int64", "valueType": "double", "entries": { "1": 0.5, "-2": 3 } }], "features": [
              { "name": "per_day", "type": "double", "expression": "visits / profile.tenure" },
              { "name": "with_basket", "type": "double", "expression": "spent + basket" },
              { "name": "weight", "type": "double", "expression": "lookup(weights, tenure, 0.0)" }] },
            { "name": "over", "kind": "onDemand", "entities": ["member"], "inputs": ["ratio"], "features": [
              { "name": "doubled", "type": "double", "expression": "per_day * 2" }] }
          ],
          "featureServices": [
            { "name": "churn-model", "features": ["activity:spent", "over", "profile:tenure"] },
            { "name": "all_of_activity", "features": ["activity"] }
          ]
        }
        """;

    private readonly JsonNode _root = JsonNode.Parse(Sound)!;

    /// <summary>Puts a value at a path such as <c>featureViews[0].ttl</c>; without one, takes the value away.</summary>
    public EditedDefinitions With(string path, string? json)
    {
        var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.', StringSplitOptions.RemoveEmptyEntries);
        var at = _root;
        foreach (var step in steps[..^1]) at = step[0] == '[' ? at.AsArray()[Index(step)]! : at.AsObject()[step]!;
        var value = json is null ? null : JsonNode.Parse(json);
        switch (at)
        {
            case JsonArray array when json is null:
                array.RemoveAt(Index(steps[^1]));
                break;
            case JsonArray array when Index(steps[^1]) == array.Count:
                array.Add(value);
                break;
            case JsonArray array:
                array[Index(steps[^1])] = value;
                break;
            case JsonObject members when json is null:
                Assert.True(members.Remove(steps[^1]), path);
                break;
            default:
                at.AsObject()[steps[^1]] = value;
                break;
        }
        return this;
    }

    public FeatureDefinitions Read()
    {
        var read = DefinitionFiles.ReadBody(System.Text.Encoding.UTF8.GetBytes(_root.ToJsonString()), File);
        Assert.Empty(read.Errors);
        return read.Definitions;
    }

    /// <summary>Every error of the set, without the file's name.</summary>
    public string[] Errors() => [.. DefinitionsValidator.Check(Read(), DefinitionRules.Plain).Select(e => e.ToString().Replace(File + ": ", "", StringComparison.Ordinal))];

    private static int Index(string step) => int.Parse(step.Trim('[', ']'), CultureInfo.InvariantCulture);
}
