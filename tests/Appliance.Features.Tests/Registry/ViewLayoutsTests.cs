using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Values;

namespace Appliance.Features.Tests.Registry;

public sealed class ViewLayoutsTests : IDisposable
{
    private readonly RegistryFixture _registry = new();

    public ViewLayoutsTests() => _registry.Apply(MemberDefinitions.Base);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_stored_view_has_a_number_and_its_first_layout_and_an_on_demand_view_has_none()
    {
        var activity = _registry.State.LayoutsOf("activity")!;
        Assert.Equal([new("visits", FeatureDataType.Int64, 0, 1), new LayoutFeature("spent", FeatureDataType.Double, 0, 1)], Assert.Single(activity.All).Features);
        Assert.NotEqual(activity.ViewNumber, _registry.State.LayoutsOf("profile")!.ViewNumber);
        Assert.Null(_registry.State.LayoutsOf("ratio"));
    }

    [Fact]
    public void A_change_of_columns_makes_the_next_layout_and_the_older_stay()
    {
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "store", "type": "string" }, { "name": "tenure", "type": "int64" }"""));
        var layouts = _registry.State.LayoutsOf("profile")!;
        Assert.Equal([(1, 1), (2, 2)], layouts.All.Select(l => (l.Number, l.ViewVersion)));
        Assert.Equal(FeatureDataType.Int32, Assert.Single(layouts.Find(1)!.Features).Type);
        Assert.Equal(["store", "tenure"], layouts.Latest.Features.Select(f => f.Name));
        Assert.Null(layouts.Find(0));
        Assert.Null(layouts.Find(3));
    }

    [Fact]
    public void A_change_that_no_row_shows_keeps_the_layout()
    {
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32", "description": "in days", "default": 0 }"""));
        Assert.Equal(2, _registry.State.Describe(DefinitionKind.FeatureView, "profile")!.Latest.Version);
        Assert.Single(_registry.State.LayoutsOf("profile")!.All);
        Assert.Equal(1, _registry.State.LayoutsOf("profile")!.OfVersion(2)!.Number);
        Assert.Null(_registry.State.LayoutsOf("profile")!.OfVersion(0));
    }

    [Fact]
    public void A_feature_that_means_something_else_makes_a_layout_of_the_same_types()
    {
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        var layouts = _registry.State.LayoutsOf("activity")!;
        Assert.Equal(2, layouts.Latest.Number);
        Assert.Equal([1, 2], layouts.Latest.Features.Select(f => f.Generation));
        Assert.Equal([1, 1], layouts.Find(1)!.Features.Select(f => f.Generation));
    }

    [Fact]
    public void A_change_of_what_readers_make_of_rows_keeps_the_rows_and_still_breaks_models()
    {
        var aged = MemberDefinitions.Read(
            """{"featureViews":[{"name":"profile","kind":"batch","entities":["member"],"source":"rows","ttl":"1d","features":[{"name":"tenure","type":"int32","default":1}]}]}""");
        Assert.Equal(RegistryOutcome.Breaking, _registry.Apply(aged, new FeatureModel.Definitions.Changes.ServedModel("churn", 1, "churn", 1)).Outcome);
        Assert.Equal(RegistryOutcome.Applied, _registry.Apply(aged).Outcome);
        Assert.Single(_registry.State.LayoutsOf("profile")!.All);
        Assert.False(_registry.State.Resolve("churn", 1, out _)!.IsServable);
    }

    [Fact]
    public void A_feature_that_comes_back_finds_none_of_its_old_values()
    {
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32" }, { "name": "store", "type": "string" }"""));
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32" }"""));
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32" }, { "name": "store", "type": "string" }"""));
        Assert.Equal(["1", "1,1", "1", "1,2"], _registry.State.LayoutsOf("profile")!.All.Select(l => string.Join(',', l.Features.Select(f => f.Generation))));
    }

    [Fact]
    public void A_source_that_changes_a_feature_makes_a_layout_without_a_version_of_the_view()
    {
        _registry.Apply(MemberDefinitions.Read("""{"sources":[{"name":"events","kind":"events","fields":[{"name":"amount","type":"int64"},{"name":"x","type":"bool"}]}]}"""));
        Assert.Equal(1, _registry.State.Describe(DefinitionKind.FeatureView, "activity")!.Latest.Version);
        Assert.Equal([(1, 1), (2, 1)], _registry.State.LayoutsOf("activity")!.All.Select(l => (l.Number, l.ViewVersion)));
    }

    [Fact]
    public void A_view_that_comes_back_keeps_its_number_and_none_of_its_rows()
    {
        var number = _registry.State.LayoutsOf("profile")!.ViewNumber;
        _registry.Delete(DefinitionKind.FeatureService, "whole");
        _registry.Delete(DefinitionKind.FeatureService, "churn");
        _registry.Delete(DefinitionKind.FeatureView, "ratio");
        Assert.Equal(RegistryOutcome.Applied, _registry.Delete(DefinitionKind.FeatureView, "profile").Outcome);
        _registry.Apply(MemberDefinitions.Read("""{"featureViews":[{"name":"fresh","kind":"batch","entities":["member"],"source":"rows","features":[{"name":"a","type":"bool"}]}]}"""));
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32" }"""));

        var layouts = _registry.State.LayoutsOf("profile")!;
        Assert.Equal(number, layouts.ViewNumber);
        Assert.Equal([1, 2], layouts.All.Select(l => Assert.Single(l.Features).Generation));
        Assert.Equal(3, _registry.State.AllLayouts.Select(l => l.ViewNumber).Distinct().Count());
    }
}
