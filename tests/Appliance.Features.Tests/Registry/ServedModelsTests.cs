using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Tests.Registry;

public sealed class ServedModelsTests : IDisposable
{
    private static readonly ServedModel Churn = new("churn", 3, "churn", 1);

    private readonly RegistryFixture _registry = new();

    public ServedModelsTests() => _registry.Apply(MemberDefinitions.Base);

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void A_change_that_breaks_a_served_model_is_refused_with_its_name()
    {
        var result = _registry.Apply(MemberDefinitions.SpentOver("7d"), Churn, new("other", 1, "whole", 1));
        Assert.Equal(RegistryOutcome.Breaking, result.Outcome);
        Assert.Equal([Churn], result.Plan.BrokenModels);
        Assert.StartsWith("it would break churn v3 (feature service churn v1): feature-view activity: features.spent.aggregate.window is breaking", result.Message,
            StringComparison.Ordinal);
        Assert.Equal(1, _registry.State.Revision);
    }

    [Fact]
    public void A_change_of_what_an_on_demand_feature_is_made_of_breaks_the_model_that_reads_that_feature()
    {
        var retyped = MemberDefinitions.Profile("""{ "name": "tenure", "type": "string" }""");
        Assert.Equal([Churn], _registry.Apply(retyped, Churn).Plan.BrokenModels);
    }

    [Fact]
    public void The_same_change_is_taken_where_no_served_model_reads_the_feature()
    {
        Assert.Equal(RegistryOutcome.Applied, _registry.Apply(MemberDefinitions.SpentOver("7d"), new ServedModel("other", 1, "whole", 1)).Outcome);
        Assert.Equal(RegistryOutcome.Applied, _registry.Apply(MemberDefinitions.SpentOver("1d"), new ServedModel("third", 1, "unknown_service", 1)).Outcome);
    }

    [Fact]
    public void A_model_goes_on_with_its_service_version_when_there_is_a_newer_one()
    {
        _registry.Apply(MemberDefinitions.Read("""{"featureServices":[{"name":"churn","features":["profile:tenure"]}]}"""), Churn);

        var first = _registry.State.Resolve("churn", 1, out _)!;
        Assert.True(first.IsServable);
        Assert.Equal(["activity:spent", "ratio:per_day"], first.Features.Select(f => f.Pin.Reference.ToString()));
        var latest = _registry.State.Resolve("churn", 0, out _)!;
        Assert.Equal(2, latest.Version);
        Assert.Equal(["profile:tenure"], latest.Features.Select(f => f.Pin.Reference.ToString()));
        // The view is named by no current service, but the model on version 1 still reads it.
        _registry.Apply(MemberDefinitions.Read("""{"featureServices":[{"name":"whole","features":["profile"]}]}"""));
        Assert.Equal([Churn], _registry.Delete(DefinitionKind.FeatureView, "ratio", Churn).Plan.BrokenModels);
        Assert.Equal([Churn], _registry.Delete(DefinitionKind.FeatureService, "churn", Churn).Plan.BrokenModels);
        Assert.Equal(RegistryOutcome.Applied, _registry.Delete(DefinitionKind.FeatureService, "churn").Outcome);
    }

    [Fact]
    public void Compatible_changes_are_taken_and_leave_the_model_its_features()
    {
        var wider = MemberDefinitions.Read("""
            { "featureViews": [
              { "name": "activity", "kind": "stream", "entities": ["member"], "source": "events", "features": [
                { "name": "likes", "type": "int64", "aggregate": { "function": "count", "window": "7d" } },
                { "name": "visits", "type": "int64", "aggregate": { "function": "count", "window": "30d" } },
                { "name": "spent", "type": "double", "aggregate": { "function": "sum", "field": "amount", "window": "30d" } }] },
              { "name": "profile", "kind": "batch", "entities": ["member"], "source": "rows", "features": [{ "name": "tenure", "type": "int64" }] }] }
            """);
        Assert.Equal(RegistryOutcome.Applied, _registry.Apply(wider, Churn, new ServedModel("other", 1, "whole", 1)).Outcome);

        Assert.Single(_registry.State.Describe(DefinitionKind.FeatureService, "churn")!.Versions);
        Assert.True(_registry.State.Resolve("churn", 1, out _)!.IsServable);
        // The type that was widened is another one for those who train from now on.
        var whole = _registry.State.Describe(DefinitionKind.FeatureService, "whole")!;
        Assert.Equal(["int32", "int64"], whole.Versions.Select(v => Assert.Single(v.Pins).Type));
        Assert.Equal("pins.profile:tenure", Assert.Single(whole.Latest.Diff).Path);
        Assert.True(_registry.State.Resolve("whole", 1, out _)!.IsServable);
    }

    [Fact]
    public void After_a_breaking_change_an_older_service_version_says_what_is_wrong_with_it()
    {
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        var first = _registry.State.Resolve("churn", 1, out _)!;
        Assert.False(first.IsServable);
        Assert.Equal(["'activity:spent' was changed since in a way that is not compatible", null], first.Features.Select(f => f.Problem));
        Assert.True(_registry.State.Resolve("churn", 2, out _)!.IsServable);
    }

    [Fact]
    public void Changing_a_feature_back_does_not_make_it_what_it_was()
    {
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        _registry.Apply(MemberDefinitions.SpentOver("30d"));
        Assert.False(_registry.State.Resolve("churn", 1, out _)!.IsServable);
        Assert.Equal(3, _registry.State.MeaningOf(new("activity", "spent")));
        Assert.Equal(1, _registry.State.MeaningOf(new("activity", "visits")));
    }

    [Fact]
    public void A_model_that_is_broken_already_does_not_stand_in_the_way()
    {
        _registry.Apply(MemberDefinitions.SpentOver("7d"));
        Assert.Equal(RegistryOutcome.Applied, _registry.Apply(MemberDefinitions.SpentOver("1d"), Churn).Outcome);
        // Its other feature still is what it was.
        Assert.Equal(RegistryOutcome.Breaking, _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "string" }"""), Churn).Outcome);
    }

    [Fact]
    public void A_service_that_names_a_whole_view_gets_a_version_when_the_view_gets_a_feature()
    {
        _registry.Apply(MemberDefinitions.Profile("""{ "name": "tenure", "type": "int32" }, { "name": "store", "type": "string" }"""), new ServedModel("other", 1, "whole", 1));
        Assert.Equal([1, 2], _registry.State.Describe(DefinitionKind.FeatureService, "whole")!.Versions.Select(v => v.Pins.Count));
        Assert.Equal(["profile:tenure"], _registry.State.Resolve("whole", 1, out _)!.Features.Select(f => f.Pin.Reference.ToString()));
    }

    [Theory]
    [InlineData("chrun", 0, "feature service is 'chrun'; there is none of that name; did you mean 'churn'?")]
    [InlineData("churn", 2, "version of feature service 'churn' is 2; it must be 1 to 1, or 0 for the latest")]
    [InlineData("churn", -1, "version of feature service 'churn' is -1; it must be 1 to 1, or 0 for the latest")]
    public void An_unknown_service_or_version_is_refused(string service, int version, string refusal)
    {
        Assert.Null(_registry.State.Resolve(service, version, out var said));
        Assert.Equal(refusal, said);
    }

    [Fact]
    public void A_deleted_service_says_who_deleted_it()
    {
        _registry.Delete(DefinitionKind.FeatureService, "whole");
        Assert.Null(_registry.State.Resolve("whole", 1, out var refusal));
        Assert.Equal("feature service is 'whole'; it was deleted by bob at 2026-01-01T00:00:00.0000000+00:00: no longer used", refusal);
    }
}
