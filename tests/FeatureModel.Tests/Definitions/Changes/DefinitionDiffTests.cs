using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace FeatureModel.Tests.Definitions.Changes;

public sealed class DefinitionDiffTests
{
    [Fact]
    public void Equal_sets_differ_in_nothing() => Assert.Empty(Between(new EditedDefinitions(), new EditedDefinitions()));

    [Theory]
    [InlineData("featureViews[0].ttl", "\"60d\"", "ttl: \"30d\" -> \"60d\"")]
    [InlineData("featureViews[0].ttl", null, "ttl: \"30d\" -> ")]
    [InlineData("featureViews[1].ttl", "\"1h\"", "ttl:  -> \"1h\"")]
    [InlineData("featureViews[0].features[0].aggregate.window", "\"7d\"", "features.visits.aggregate.window: \"30d\" -> \"7d\"")]
    [InlineData("featureViews[0].features[0].type", "\"double\"", "features.visits.type: \"int64\" -> \"double\"")]
    [InlineData("featureViews[0].features[0].default", "1", "features.visits.default: 0 -> 1")]
    [InlineData("featureViews[0].features[0].tags", """{"a":"b"}""", "features.visits.tags:  -> {\"a\":\"b\"}")]
    [InlineData("entities[0].tags.team", "\"shop\"", "tags.team: \"crm\" -> \"shop\"")]
    [InlineData("featureViews[2].inputs", """["profile"]""", """inputs: ["activity","profile"] -> ["profile"]""")]
    [InlineData("featureViews[2].lookupTables[0].entries.1", "2", "lookupTables.weights.entries.1: 0.5 -> 2")]
    [InlineData("featureServices[1].features[0]", "\"profile\"", """features: ["activity"] -> ["profile"]""")]
    [InlineData("sources[0].fields[2]", null, """fields.points: {"name":"points","type":"int32"} -> """)]
    [InlineData("featureViews[2].requestInputs", "[]", """requestInputs.basket: {"name":"basket","type":"double"} -> """)]
    public void A_changed_value_is_named_with_its_path_old_and_new(string path, string? json, string field)
    {
        var change = Assert.Single(Between(new EditedDefinitions(), new EditedDefinitions().With(path, json)));
        Assert.Equal(ChangeType.Changed, change.Type);
        Assert.Equal(field, Assert.Single(change.Fields.Select(f => $"{f.Path}: {f.Old} -> {f.New}")));
    }

    [Fact]
    public void An_order_that_changes_is_named_once()
    {
        var swapped = new EditedDefinitions()
            .With("featureViews[0].features[0]", """{ "name": "heat", "type": "double", "aggregate": { "function": "decayed", "halfLife": "3d" } }""")
            .With("featureViews[0].features[2]", """{ "name": "visits", "type": "int64", "default": 0, "aggregate": { "function": "count", "where": "type == 'visit'", "window": "30d" } }""");
        var change = Assert.Single(Between(new EditedDefinitions(), swapped));
        Assert.Equal([new FieldChange("features", "visits, spent, heat", "heat, spent, visits")], change.Fields);
    }

    [Fact]
    public void Added_and_removed_objects_are_listed_kind_by_kind()
    {
        var after = new EditedDefinitions().With("entities[1]", null).With("sources[3]", """{"name":"new","kind":"push"}""").With("featureServices[1]", null);
        Assert.Equal(
            [
                new(DefinitionKind.Entity, "shop", ChangeType.Removed, []), new(DefinitionKind.Source, "new", ChangeType.Added, []),
                new DefinitionChange(DefinitionKind.FeatureService, "all_of_activity", ChangeType.Removed, []),
            ],
            Between(new EditedDefinitions(), after).Select(c => c with { Fields = [] }), Same);
    }

    [Fact]
    public void A_source_and_a_view_of_one_name_are_two_objects()
    {
        var after = new EditedDefinitions().With("sources[3]", """{"name":"activity","kind":"push"}""");
        Assert.Equal(DefinitionKind.Source, Assert.Single(Between(new EditedDefinitions(), after)).Kind);
    }

    private static bool Same(DefinitionChange a, DefinitionChange b) => (a.Kind, a.Name, a.Type) == (b.Kind, b.Name, b.Type);

    private static IReadOnlyList<DefinitionChange> Between(EditedDefinitions before, EditedDefinitions after) =>
        DefinitionDiff.Between(before.Read(), after.Read(), DefinitionRules.Plain);
}
