using FeatureModel.Definitions;

namespace FeatureModel.Tests.Definitions;

public sealed class DefinitionsValidatorTests
{
    [Fact]
    public void A_sound_set_has_no_errors() => Assert.Empty(new EditedDefinitions().Errors());

    [Theory]
    // Names.
    [InlineData("entities[1].name", "\"Shop\"", "$.entities[1].name is 'Shop'; it must be a-z, then up to 63 of a-z, 0-9 and _")]
    [InlineData("entities[1].name", "\"\"", "$.entities[1].name is ''; it must be a-z, then up to 63 of a-z, 0-9 and _")]
    [InlineData("entities[1].name", "\"1st\"", "$.entities[1].name is '1st'; it must be a-z, then up to 63 of a-z, 0-9 and _")]
    [InlineData("entities[1].name", "\"a-b\"", "$.entities[1].name is 'a-b'; it must be a-z, then up to 63 of a-z, 0-9 and _")]
    [InlineData("featureServices[0].name", "\"A\"", "$.featureServices[0].name is 'A'; it must be a-z, then up to 63 of a-z, 0-9, _ and -")]
    [InlineData("featureViews[0].features[2].name", "\"Heat\"", "$.featureViews[0].features[2].name is 'Heat'; it must be a-z, then up to 63 of a-z, 0-9 and _")]
    [InlineData("entities[1].name", "\"member\"", "$.entities[1].name is 'member'; the name is declared before in shop.json at $.entities[0]")]
    [InlineData("featureViews[0].features[2].name", "\"spent\"", "$.featureViews[0].features[2].name is 'spent'; the view has another feature of this name")]
    [InlineData("featureViews[0].features[2].name", "\"member_id\"",
        "$.featureViews[0].features[2].name is 'member_id'; a join key of the view's entities has this name, and both are columns of one answer")]
    // Entities.
    [InlineData("entities[1].joinKeys", "[]", "$.entities[1].joinKeys is '0 columns'; an entity has 1 to 8 of them")]
    [InlineData("entities[1].joinKeys[0].type", "\"double\"", "$.entities[1].joinKeys[0].type is 'double'; a join key must be int64 or string")]
    [InlineData("entities[1].joinKeys[0].name", "\"shop-id\"",
        "$.entities[1].joinKeys[0].name is 'shop-id'; it must be a letter or _, then up to 63 letters, digits and _ (all ASCII)")]
    [InlineData("entities[1].joinKeys[1]", """{"name":"shop_id","type":"int64"}""", "$.entities[1].joinKeys[1].name is 'shop_id'; the name is given twice")]
    // Sources.
    [InlineData("sources[2].kind", "\"csv\"", "$.sources[2].kind is 'csv'; it must be one of events, push, file")]
    [InlineData("sources[2].path", null, "$.sources[2].path is absent; a source of kind file must name where its history lies")]
    [InlineData("sources[1].fields[0].type", "\"int\"",
        "$.sources[1].fields[0].type is 'int'; it must be one of bytes, string, int32, int64, double, float, bool, timestamp, list<bytes>, list<string>, "
        + "list<int32>, list<int64>, list<double>, list<float>, list<bool>, list<timestamp>, json")]
    [InlineData("sources[0].fields[4].name", "\"type\"", "$.sources[0].fields[4].name is 'type'; filters call the event's own type by this name")]
    [InlineData("sources[0].lateness", "\"91d\"", "$.sources[0].lateness is '91d'; it must be at most 90d, the longest window")]
    [InlineData("sources[0].lateness", "\"soon\"",
        "$.sources[0].lateness is 'soon'; it must be a whole number and a unit out of s, m, h and d, such as 30s, 5m, 1h or 30d, and at most 36500d")]
    [InlineData("sources[0].timeless", "true", "$.sources[0].timeless is true; events have times")]
    // Views.
    [InlineData("featureViews[0].kind", "\"streams\"", "$.featureViews[0].kind is 'streams'; it must be one of batch, stream, onDemand; did you mean 'stream'?")]
    [InlineData("featureViews[1].ttl", "\"0s\"", "$.featureViews[1].ttl is '0s'; it must be at least 1s; leave it out for values that never age")]
    [InlineData("featureViews[1].entities", "[]", "$.featureViews[1].entities is 'empty'; a view of kind batch has at least one entity")]
    [InlineData("featureViews[1].entities[0]", "\"membr\"", "$.featureViews[1].entities[0] is 'membr'; no such entity is defined; did you mean 'member'?")]
    [InlineData("featureViews[1].source", "\"row\"", "$.featureViews[1].source is 'row'; no such source is defined; did you mean 'rows'?")]
    [InlineData("featureViews[1].source", null, "$.featureViews[1].source is absent; a view of kind batch names its source")]
    [InlineData("featureViews[1].source", "\"events\"",
        "$.featureViews[1].source is 'events'; a view of kind batch takes a source of kind push or file; this one is events")]
    [InlineData("featureViews[0].source", "\"rows\"", "$.featureViews[0].source is 'rows'; a view of kind stream takes a source of kind events; this one is push")]
    [InlineData("featureViews[1].features[1].name", "\"vecto\"",
        "$.featureViews[1].features[1].name is 'vecto'; the source 'rows' has no such field; did you mean 'vector'?")]
    [InlineData("featureViews[1].features[0].type", "\"float\"",
        "$.featureViews[1].features[0].type is 'float'; the source's field is int32, and a type may widen from int32 to int64 or double and from float to double, alone or in lists")]
    [InlineData("featureViews[1].features[0].expression", "\"1\"",
        "$.featureViews[1].features[0].expression is '1'; only a feature of an onDemand view has an expression")]
    [InlineData("featureViews[1].inputs", "[\"activity\"]", "$.featureViews[1].inputs is 'activity'; only a view of kind onDemand has inputs")]
    [InlineData("featureViews[1].features[0].pii", "\"secret\"", "$.featureViews[1].features[0].pii is 'secret'; it must be one of none, quasi, personal, sensitive")]
    [InlineData("featureViews[1].features[0].dimension", "3",
        "$.featureViews[1].features[0].dimension is 3; only list<float> and list<double> have a dimension; the type is int64")]
    [InlineData("featureViews[1].features[1].dimension", "65537", "$.featureViews[1].features[1].dimension is 65537; it must be 0 to 65536")]
    [InlineData("featureViews[1].features[1].default", "[1,2,3]", "$.featureViews[1].features[1].default is [1,2,3]; the embedding has 2 elements")]
    [InlineData("featureViews[1].features[0].default", "\"x\"",
        "$.featureViews[1].features[0].default is 'x'; it must be a whole number of 64 bits, as the type is int64")]
    // Services.
    [InlineData("featureServices[1].features", "[]", "$.featureServices[1].features is 'empty'; a service names at least one feature")]
    [InlineData("featureServices[1].features[0]", "\"a:b:c\"", "$.featureServices[1].features[0] is 'a:b:c'; it must be view:feature, or view for all of its features")]
    [InlineData("featureServices[1].features[0]", "\"activty\"",
        "$.featureServices[1].features[0] is 'activty'; no feature view 'activty' is defined; did you mean 'activity'?")]
    [InlineData("featureServices[1].features[0]", "\"activity:visit\"",
        "$.featureServices[1].features[0] is 'activity:visit'; the view 'activity' has no feature 'visit'; did you mean 'visits'?")]
    [InlineData("featureServices[1].features[1]", "\"activity:heat\"", "$.featureServices[1].features[1] is 'activity:heat'; the service names activity:heat before")]
    public void A_broken_rule_names_path_value_and_rule(string path, string? json, string error) =>
        Assert.Equal([error], new EditedDefinitions().With(path, json).Errors());

    [Fact]
    public void Owner_description_and_tags_have_limits()
    {
        var errors = new EditedDefinitions()
            .With("entities[0].owner", $"\"{new string('o', 129)}\"")
            .With("featureViews[0].features[0].description", $"\"{new string('d', 4001)}\"")
            .With("entities[0].tags", "{" + string.Join(",", Enumerable.Range(0, 51).Select(i => $"\"t{i}\":\"\"")) + "}")
            .With("featureServices[0].tags", $$"""{"":"", "k":"{{new string('v', 257)}}"}""")
            .Errors();
        Assert.Equal(5, errors.Length);
        Assert.Contains(errors, e => e.EndsWith("it must have at most 128 characters; it has 129", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.EndsWith("it must have at most 4000 characters; it has 4001", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("$.entities[0].tags is '51 tags'; 50 are taken", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("$.featureServices[0].tags is ''; a tag's key must have 1 to 64 characters", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("$.featureServices[0].tags.k is", StringComparison.Ordinal));
    }

    [Fact]
    public void Two_entities_of_a_view_may_not_share_a_join_key()
    {
        var errors = new EditedDefinitions().With("entities[1].joinKeys[0].name", "\"member_id\"").With("featureViews[1].entities", "[\"member\",\"shop\"]")
            .With("featureViews[2].inputs", "[\"activity\"]").Errors();
        Assert.Equal(["$.featureViews[1].entities[1] is 'shop'; another entity of the view has a join key 'member_id' as well"], errors);
    }

    [Fact]
    public void Views_over_a_source_without_fields_agree_on_the_type_of_a_column()
    {
        var definitions = new EditedDefinitions().With("featureViews[4]", """{"name":"late","kind":"batch","entities":["shop"],"source":"table","features":[{"name":"size","type":"int64"}]}""")
            .With("featureViews[5]", """{"name":"later","kind":"batch","entities":["member"],"source":"table","features":[{"name":"note","type":"string"},{"name":"size","type":"int64"}]}""");
        Assert.Empty(definitions.Errors());
        Assert.Equal(
            [
                "$.featureViews[5].features[1].type is 'int32'; feature view 'late' takes column 'size' of source 'table' as int64, and feature view 'later' must take it so too: the source lists no fields",
            ], definitions.With("featureViews[5].features[1].type", "\"int32\"").Errors());
    }

    [Fact]
    public void A_source_without_fields_has_the_columns_of_its_views_each_once()
    {
        var definitions = new EditedDefinitions().With("featureViews[4]", """{"name":"late","kind":"batch","entities":["shop"],"source":"table","features":[{"name":"size","type":"int64"}]}""")
            .With("featureViews[5]", """{"name":"later","kind":"batch","entities":["member"],"source":"table","features":[{"name":"note","type":"string"},{"name":"size","type":"int64"}]}""").Read();
        Assert.Equal([("note", "string"), ("size", "int64")], SourceColumns.Of(definitions.Sources[2], definitions).Select(c => (c.Name, c.Type)));
        Assert.Equal(["tenure", "vector"], SourceColumns.Of(definitions.Sources[1], definitions).Select(c => c.Name));
        Assert.False(SourceColumns.AreOfViews(new SourceDefinition { Kind = "events" }));
    }

    [Fact]
    public void All_errors_are_reported_together() =>
        Assert.Equal(3, new EditedDefinitions().With("entities[1].name", "\"X\"").With("featureViews[0].ttl", "\"x\"").With("featureServices[1].features", "[]").Errors().Length);

    [Fact]
    public void Further_checks_join_the_list_and_run_on_what_is_sound_and_rests_on_what_is()
    {
        string[] seen = [];
        var rules = DefinitionRules.Plain with
        {
            Checks =
            [
                (catalog, errors) =>
                {
                    seen = [.. catalog.Definitions.FeatureViews.Select(v => v.Name)];
                    errors.Add(catalog.View("profile")!, "features[0].type", "int65", "it must compile");
                },
            ],
        };
        var error = Assert.Single(DefinitionsValidator.Check(new EditedDefinitions().Read(), rules));
        Assert.Equal("shop.json: $.featureViews[1].features[0].type is 'int65'; it must compile", error.ToString());
        Assert.Equal(["activity", "profile", "ratio", "over"], seen);
        Assert.Equal(2, DefinitionsValidator.Check(new EditedDefinitions().With("featureViews[0].ttl", "\"x\"").Read(), rules).Count);
        // Those that compute from the faulty one, over however many others, are not looked at either.
        Assert.Equal(["profile"], seen);
    }

    [Fact]
    public void A_window_that_cannot_be_kept_is_told_at_its_feature_beside_errors_of_other_objects()
    {
        var definitions = new EditedDefinitions().With("featureViews[0].features[1].aggregate.window", "\"61s\"").With("featureViews[1].ttl", "\"x\"").Read();
        var errors = DefinitionsValidator.Check(definitions, FeatureRules.All).Select(e => e.ToString()).ToList();
        Assert.Contains(errors, e => e.StartsWith("shop.json: $.featureViews[0].features[1].aggregate.window is '61s'; no pane length divides it into 30 to 60; the nearest that have one are ", StringComparison.Ordinal));
        Assert.Contains(errors, e => e.StartsWith("shop.json: $.featureViews[1].ttl is 'x'", StringComparison.Ordinal));
        Assert.Equal(2, errors.Count);
    }

    [Fact]
    public void An_object_that_no_file_declares_is_named_by_kind_and_name()
    {
        var definitions = new EditedDefinitions().Read();
        definitions.FeatureViews.Add(new() { Name = "late", Kind = "batch", Entities = ["member"], Source = "table" });
        Assert.Equal("featureViews.late.features is '0 features'; a view has 1 to 4000 of them",
            Assert.Single(DefinitionsValidator.Check(definitions, DefinitionRules.Plain)).ToString());
    }
}
