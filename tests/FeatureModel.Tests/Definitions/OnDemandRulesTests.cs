using FeatureModel.Definitions;

namespace FeatureModel.Tests.Definitions;

public sealed class OnDemandRulesTests
{
    [Theory]
    [InlineData("source", "\"rows\"", ".source is 'rows'; an onDemand view has inputs instead of a source")]
    [InlineData("ttl", "\"1d\"", ".ttl is '1d'; an onDemand view is computed when read; its inputs have ages")]
    [InlineData("features[0].expression", null, ".features[0].expression is absent; a feature of an onDemand view has an expression")]
    [InlineData("features[0].expression", "\" \"", ".features[0].expression is ' '; a feature of an onDemand view has an expression")]
    [InlineData("inputs[1]", "\"profiles\"", ".inputs[1] is 'profiles'; no such feature view is defined; did you mean 'profile'?")]
    [InlineData("inputs[1]", "\"activity\"", ".inputs[1] is 'activity'; the view is named twice")]
    [InlineData("entities", "[]", ".entities is 'empty'; an onDemand view has the entities of its inputs, here member")]
    [InlineData("entities", "[\"shop\"]", ".entities is 'shop'; an onDemand view has the entities of its inputs, here member")]
    [InlineData("requestInputs[0].type", "\"number\"",
        ".requestInputs[0].type is 'number'; it must be one of bytes, string, int32, int64, double, float, bool, timestamp, list<bytes>, list<string>, "
        + "list<int32>, list<int64>, list<double>, list<float>, list<bool>, list<timestamp>, json")]
    [InlineData("lookupTables[0].keyType", "\"double\"", ".lookupTables[0].keyType is 'double'; it must be one of string, int64")]
    [InlineData("lookupTables[0].valueType", "\"bool\"", ".lookupTables[0].valueType is 'bool'; it must be one of string, int64, double")]
    [InlineData("lookupTables[0].entries", "{}", ".lookupTables[0].entries is '0 entries'; a table has 1 to 100000 of them")]
    [InlineData("lookupTables[0].entries", """{"01":1}""",
        ".lookupTables[0].entries is '01'; a key of an int64 table must be a whole number in decimal digits, without leading zeros")]
    [InlineData("lookupTables[0].entries", """{"1":"x"}""", ".lookupTables[0].entries.1 is 'x'; the table's values are double")]
    [InlineData("lookupTables[1]", """{"name":"weights","entries":{"a":1}}""", ".lookupTables[1].name is 'weights'; the view has another table of this name")]
    [InlineData("features[0].aggregate", """{"function":"count"}""", ".features[0].aggregate is 'count'; only a feature of a stream view has an aggregate")]
    public void A_broken_rule_names_path_value_and_rule(string path, string? json, string error) =>
        // The view over this one has the same entities, and would be told of a change of them too.
        Assert.Equal(["$.featureViews[2]" + error],
            new EditedDefinitions().With("featureServices[0].features", "[\"activity\"]").With("featureViews[3]", null).With("featureViews[2]." + path, json).Errors());

    [Fact]
    public void A_view_needs_inputs_or_request_inputs()
    {
        var definitions = new EditedDefinitions().With("featureViews[2].inputs", "[]").With("featureViews[2].entities", "[]").With("featureViews[3].entities", "[]");
        Assert.Empty(definitions.Errors());
        Assert.Equal(["$.featureViews[2].inputs is 'empty'; an onDemand view has inputs or request inputs"], definitions.With("featureViews[2].requestInputs", "[]").Errors());
    }

    [Fact]
    public void A_view_that_depends_on_itself_is_refused_with_the_way() =>
        Assert.Equal(
            [
                "$.featureViews[2].inputs is 'activity, over'; the view depends on itself: ratio -> over -> ratio",
                "$.featureViews[3].inputs is 'ratio'; the view depends on itself: over -> ratio -> over",
            ],
            new EditedDefinitions().With("featureViews[2].inputs[1]", "\"over\"").Errors());

    [Fact]
    public void A_long_chain_of_views_is_no_cycle_and_its_closing_is_one()
    {
        var definitions = new EditedDefinitions().Read();
        for (var i = 0; i < 500; i++)
        {
            definitions.FeatureViews.Add(new()
            {
                Name = $"link_{i}",
                Kind = "onDemand",
                Entities = ["member"],
                Inputs = [i == 0 ? "activity" : $"link_{i - 1}"],
                Features = [new() { Name = $"x_{i}", Type = "double", Expression = "1" }],
            });
        }
        Assert.Empty(DefinitionsValidator.Check(definitions, DefinitionRules.Plain));
        definitions.FeatureViews.Find(v => v.Name == "link_0")!.Inputs[0] = "link_499";
        Assert.Equal(500, DefinitionsValidator.Check(definitions, DefinitionRules.Plain).Count(e => e.Rule.StartsWith("the view depends on itself", StringComparison.Ordinal)));
    }
}
