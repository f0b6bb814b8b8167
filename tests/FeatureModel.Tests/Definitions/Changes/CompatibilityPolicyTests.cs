using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace FeatureModel.Tests.Definitions.Changes;

public sealed class CompatibilityPolicyTests
{
    private const string OfActivity = "activity:heat, activity:spent, activity:visits, over:doubled, ratio:per_day, ratio:with_basket";
    private const string OfProfile = "over:doubled, profile:tenure, profile:vector, ratio:per_day, ratio:weight";

    [Theory]
    // Notes.
    [InlineData("entities[0].description", "\"x\"")]
    [InlineData("sources[0].owner", "\"x\"")]
    [InlineData("featureViews[0].tags", """{"a":"b"}""")]
    [InlineData("featureViews[0].features[0].pii", "\"personal\"")]
    [InlineData("featureViews[0].features[0].description", "\"x\"")]
    [InlineData("entities[0].joinKeys[0].description", "\"x\"")]
    [InlineData("featureServices[0].description", "\"x\"")]
    // More of everything.
    [InlineData("featureViews[0].features[3]", """{"name":"more","type":"int64","aggregate":{"function":"count","window":"1d"}}""")]
    [InlineData("sources[0].fields[5]", """{"name":"more","type":"int64"}""")]
    [InlineData("featureViews[2].requestInputs[1]", """{"name":"more","type":"int64"}""")]
    [InlineData("featureViews[2].lookupTables[1]", """{"name":"more","entries":{"a":1}}""")]
    [InlineData("entities[2]", """{"name":"more","joinKeys":[{"name":"k","type":"string"}]}""")]
    // Longer and wider.
    [InlineData("featureViews[0].ttl", "\"31d\"")]
    [InlineData("featureViews[0].ttl", null)]
    [InlineData("sources[0].fields[0].type", "\"double\"")]
    [InlineData("sources[0].fields[2].type", "\"int64\"")]
    [InlineData("featureViews[1].features[1].type", "\"list<double>\"")]
    [InlineData("featureViews[1].features[0].default", "1")]
    // Where history lies, and what services name.
    [InlineData("sources[2].path", "\"elsewhere.csv\"")]
    [InlineData("sources[2].timeless", "true")]
    [InlineData("sources[0].lateness", "\"2d\"")]
    [InlineData("featureServices[0].features", "[\"profile\"]")]
    public void A_compatible_change_breaks_nothing(string path, string? json)
    {
        var verdict = Assert.Single(Judge(new EditedDefinitions().With(path, json)));
        Assert.False(verdict.IsBreaking, verdict.ToString());
        Assert.Empty(verdict.Breaks);
        Assert.Empty(verdict.Models);
    }

    [Theory]
    // Keys.
    [InlineData("entities[0].joinKeys[0].type", "\"string\"", "activity:heat, activity:spent, activity:visits, over:doubled, profile:tenure, profile:vector, ratio:per_day, ratio:weight, ratio:with_basket", true)]
    [InlineData("featureViews[1].entities", "[\"shop\"]", OfProfile, true)]
    // Sources.
    [InlineData("sources[0].kind", "\"push\"", OfActivity, true)]
    [InlineData("sources[0].fields[0]", null, "activity:spent, ratio:with_basket", true)]
    [InlineData("sources[0].fields[0].type", "\"int64\"", "activity:spent, ratio:with_basket", true)]
    [InlineData("sources[1].fields[0].type", "\"string\"", "over:doubled, profile:tenure, ratio:per_day, ratio:weight", true)]
    [InlineData("sources[0].fields[1]", null, "", false)]
    // Views.
    [InlineData("featureViews[0].ttl", "\"29d\"", OfActivity, true)]
    [InlineData("featureViews[1].ttl", "\"90d\"", OfProfile, true)]
    [InlineData("featureViews[1].source", "\"table\"", OfProfile, true)]
    [InlineData("featureViews[1].kind", "\"stream\"", OfProfile, true)]
    // Features.
    [InlineData("featureViews[0].features[0]", null, "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[0].type", "\"double\"", "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[0].aggregate.window", "\"7d\"", "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[0].aggregate.where", "\"type == 'like'\"", "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[0].aggregate.where", null, "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[1].aggregate.function", "\"mean\"", "activity:spent, ratio:with_basket", true)]
    [InlineData("featureViews[0].features[2].aggregate.halfLife", "\"4d\"", "activity:heat", false)]
    [InlineData("featureViews[0].features[0].default", "1", "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[0].features[0].default", null, "activity:visits, over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[1].features[1].dimension", "3", "profile:vector", false)]
    [InlineData("featureViews[1].features[1].default[0]", "0.25", "profile:vector", false)]
    // On-demand features.
    [InlineData("featureViews[2].features[0].expression", "\"visits\"", "over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[2].requestInputs[0].type", "\"int64\"", "ratio:with_basket", false)]
    [InlineData("featureViews[2].requestInputs[1]", """{"name":"visits","type":"double"}""", "over:doubled, ratio:per_day", true)]
    [InlineData("featureViews[2].requestInputs[0]", null, "ratio:with_basket", false)]
    [InlineData("featureViews[2].lookupTables[0].entries.1", "9", "ratio:weight", false)]
    [InlineData("featureViews[2].lookupTables[0].entries.7", "9", "ratio:weight", false)]
    [InlineData("featureViews[2].inputs", "[\"profile\"]", "over:doubled, ratio:per_day, ratio:with_basket", true)]
    // Whole objects.
    [InlineData("featureViews[3]", null, "over:doubled", true)]
    [InlineData("sources[1]", null, OfProfile, true)]
    [InlineData("entities[1]", null, "", false)]
    public void A_breaking_change_names_the_features_that_it_breaks_and_the_models_that_read_them(string path, string? json, string breaks, bool breaksModel)
    {
        var verdict = Assert.Single(Judge(new EditedDefinitions().With(path, json)), v => v.IsBreaking);
        Assert.Equal(breaks, string.Join(", ", verdict.Breaks));
        Assert.Equal(breaksModel ? ["churn v3 (feature service churn-model v1)"] : [], verdict.Models.Select(m => m.ToString()));
    }

    [Fact]
    public void The_services_that_name_a_broken_feature_are_listed()
    {
        var verdict = Assert.Single(Judge(new EditedDefinitions().With("featureViews[0].features[1].aggregate.window", "\"1d\"")));
        Assert.Equal(["all_of_activity", "churn-model"], verdict.Services);
        Assert.Equal(
            "feature-view activity: features.spent.aggregate.window is breaking: the value is made of events in another way; "
            + "it would break churn v3 (feature service churn-model v1)", verdict.ToString());
    }

    [Fact]
    public void Removing_a_service_breaks_the_models_that_were_trained_on_it_and_no_others()
    {
        Assert.Single(Assert.Single(Judge(new EditedDefinitions().With("featureServices[0]", null))).Models);
        Assert.Empty(Assert.Single(Judge(new EditedDefinitions().With("featureServices[1]", null))).Models);
    }

    [Theory]
    [InlineData("int32", "int64", true)]
    [InlineData("int32", "double", true)]
    [InlineData("float", "double", true)]
    [InlineData("list<int32>", "list<int64>", true)]
    [InlineData("string", "string", true)]
    [InlineData("int64", "double", false)]
    [InlineData("int32", "float", false)]
    [InlineData("int64", "int32", false)]
    [InlineData("double", "float", false)]
    [InlineData("bool", "int32", false)]
    [InlineData("int32", "list<int32>", false)]
    [InlineData("int64", "timestamp", false)]
    [InlineData("string", "json", false)]
    [InlineData("int32", "nonsense", false)]
    public void A_type_widens_only_to_one_that_holds_all_its_values(string from, string to, bool holds) => Assert.Equal(holds, TypeWidening.Holds(from, to));

    private static IReadOnlyList<ChangeVerdict> Judge(EditedDefinitions after)
    {
        var before = new DefinitionCatalog(new EditedDefinitions().Read());
        var served = new ServedFeatures(new("churn", 3, "churn-model", 1), before.FeaturesOf(before.Service("churn-model")!).ToHashSet());
        return CompatibilityPolicy.Judge(before, DefinitionDiff.Between(before.Definitions, after.Read(), DefinitionRules.Plain), [served]);
    }
}
