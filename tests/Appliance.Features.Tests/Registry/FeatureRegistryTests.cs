using Appliance.Features.Registry;
using FeatureModel.Definitions;
using FeatureModel.Definitions.Changes;

namespace Appliance.Features.Tests.Registry;

public sealed class FeatureRegistryTests : IDisposable
{
    private readonly RegistryFixture _registry = new();

    public void Dispose() => _registry.Dispose();

    [Fact]
    public void Each_object_begins_with_version_1_and_names_who_made_it_when_and_why()
    {
        var result = _registry.Apply(MemberDefinitions.Base);

        Assert.Equal(RegistryOutcome.Applied, result.Outcome);
        Assert.Equal(1, result.State.Revision);
        Assert.Equal(8, result.Plan.NewVersions.Count);
        Assert.All(result.Plan.NewVersions, v => Assert.Equal(1, v.Version));
        var version = Assert.Single(result.State.Describe(DefinitionKind.FeatureView, "activity")!.Versions);
        Assert.Equal(new RegistryRevision(1, _registry.Time.GetUtcNow(), "ann", "because"), version.Revision);
        Assert.Equal(CanonicalJson.Sha256(version.CanonicalJson), version.Sha256);
        Assert.Empty(version.Diff);
    }

    [Fact]
    public void A_change_makes_a_version_of_its_object_alone_with_the_difference()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Time.Advance(TimeSpan.FromHours(1));
        var result = _registry.Apply(MemberDefinitions.Described(7));

        Assert.Equal([new(DefinitionKind.Entity, "member", 2)], result.Plan.NewVersions);
        var member = result.State.Describe(DefinitionKind.Entity, "member")!;
        Assert.Equal([1, 2], member.Versions.Select(v => v.Version));
        Assert.Equal([new FieldChange("description", null, "\"number 7\"")], member.Latest.Diff);
        Assert.Null(member.Versions[0].Definition.Description);
        Assert.Equal(TimeSpan.FromHours(1), member.Latest.Revision.Time - member.Versions[0].Revision.Time);
        Assert.Single(result.State.Describe(DefinitionKind.FeatureView, "activity")!.Versions);
    }

    [Fact]
    public void Definitions_that_mean_the_same_make_no_version()
    {
        _registry.Apply(MemberDefinitions.Base);
        Assert.Equal(RegistryOutcome.Unchanged, _registry.Apply(MemberDefinitions.Base).Outcome);
        Assert.Equal(RegistryOutcome.Unchanged, _registry.Apply(MemberDefinitions.SpentOver("720h")).Outcome);
        Assert.Equal(1, _registry.State.Revision);
        Assert.Single(Directory.GetFiles(_registry.Folder, "*.json"));
    }

    [Fact]
    public void Merging_leaves_alone_what_is_not_named_and_replacing_deletes_it()
    {
        _registry.Apply(MemberDefinitions.Base);
        _registry.Apply(MemberDefinitions.Described(1));
        Assert.Equal(3, _registry.State.List(DefinitionKind.FeatureView).Count);

        var result = _registry.Registry.Apply(MemberDefinitions.Described(1), ApplyMode.Replace, new("ann", "fresh start"), []);

        Assert.Equal(RegistryOutcome.Applied, result.Outcome);
        Assert.Equal(["member"], result.State.Catalog.Definitions.All.Select(d => d.Name));
        Assert.All(result.Plan.NewVersions, v => Assert.Equal(0, v.Version));
        Assert.Empty(result.State.List(DefinitionKind.FeatureView));
    }

    [Fact]
    public void A_plan_says_what_an_apply_would_do_and_does_nothing()
    {
        _registry.Apply(MemberDefinitions.Base);
        var plan = _registry.Registry.Plan(MemberDefinitions.SpentOver("7d"), ApplyMode.Merge, []);

        Assert.True(plan.IsBreaking);
        Assert.Equal([new(DefinitionKind.FeatureView, "activity", 2), new(DefinitionKind.FeatureService, "churn", 2)], plan.NewVersions);
        Assert.Equal("features.spent.aggregate.window", Assert.Single(plan.Verdicts).Path);
        Assert.Equal(1, _registry.State.Revision);
        Assert.Equal(plan.NewVersions, _registry.Apply(MemberDefinitions.SpentOver("7d")).Plan.NewVersions);
    }

    [Fact]
    public void Wrong_definitions_are_refused_with_all_their_errors_and_change_nothing()
    {
        _registry.Apply(MemberDefinitions.Base);
        var wrong = MemberDefinitions.Read("""{"entities":[{"name":"Shop","joinKeys":[]}],"featureServices":[{"name":"s","features":["nothing"]}]}""");
        var result = _registry.Apply(wrong);

        Assert.Equal(RegistryOutcome.Invalid, result.Outcome);
        Assert.Equal(3, result.Plan.Errors.Count);
        Assert.Contains("members.json: $.featureServices[0].features[0] is 'nothing'; no feature view 'nothing' is defined", result.Message, StringComparison.Ordinal);
        Assert.Equal(1, result.State.Revision);
    }

    [Fact]
    public void A_message_repeats_twenty_errors_and_the_plan_has_all()
    {
        var wrong = new FeatureDefinitions();
        for (var i = 0; i < 25; i++) wrong.FeatureServices.Add(new() { Name = $"service_{i}" });
        var result = _registry.Apply(wrong);
        Assert.Equal(25, result.Plan.Errors.Count);
        Assert.EndsWith("featureServices.service_19.features is 'empty'; a service names at least one feature; and 5 more", result.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "why", "author is ''; it must have 1 to 128 characters")]
    [InlineData("ann", "  ", "reason is '  '; it must have 1 to 4000 characters")]
    public void An_author_and_a_reason_are_demanded(string author, string reason, string error)
    {
        var result = _registry.Registry.Apply(MemberDefinitions.Base, ApplyMode.Merge, new(author, reason), []);
        Assert.Equal(RegistryOutcome.Invalid, result.Outcome);
        Assert.Equal(error, result.Message);
    }

    [Fact]
    public void Another_revision_than_the_caller_saw_is_a_conflict()
    {
        _registry.Apply(MemberDefinitions.Base);
        var result = _registry.Registry.Apply(MemberDefinitions.Described(1), ApplyMode.Merge, new("ann", "why") { ExpectedRevision = 0 }, []);
        Assert.Equal(RegistryOutcome.Conflict, result.Outcome);
        Assert.Equal("expected revision is 0; the registry is at 1, so plan again", result.Message);
        Assert.Equal(RegistryOutcome.Applied,
            _registry.Registry.Apply(MemberDefinitions.Described(1), ApplyMode.Merge, new("ann", "why") { ExpectedRevision = 1 }, []).Outcome);
    }

    [Fact]
    public void What_the_caller_does_to_its_definitions_afterwards_does_not_reach_the_registry()
    {
        var definitions = MemberDefinitions.Base;
        _registry.Apply(definitions);
        definitions.Entities[0].Description = "changed behind its back";
        definitions.FeatureViews.Clear();
        Assert.Null(_registry.State.Catalog.Entity("member")!.Description);
        Assert.Equal(3, _registry.State.List(DefinitionKind.FeatureView).Count);
    }

    [Fact]
    public void A_deleted_object_can_still_be_described_and_goes_on_counting_when_it_comes_back()
    {
        _registry.Apply(MemberDefinitions.Base);
        Assert.Equal(RegistryOutcome.Applied, _registry.Delete(DefinitionKind.FeatureService, "whole").Outcome);

        var gone = _registry.State.Describe(DefinitionKind.FeatureService, "whole")!;
        Assert.Equal(("bob", 2L), (gone.DeletedBy!.Author, gone.DeletedBy.Number));
        Assert.DoesNotContain("whole", _registry.State.List(DefinitionKind.FeatureService).Select(s => s.Name));

        _registry.Apply(MemberDefinitions.Read("""{"featureServices":[{"name":"whole","features":["profile"],"owner":"crm"}]}"""));
        var back = _registry.State.Describe(DefinitionKind.FeatureService, "whole")!;
        Assert.False(back.IsDeleted);
        Assert.Equal([1, 2], back.Versions.Select(v => v.Version));
        Assert.Equal([new FieldChange("owner", null, "\"crm\"")], back.Latest.Diff);
    }

    [Fact]
    public void An_object_that_another_names_is_not_deleted()
    {
        _registry.Apply(MemberDefinitions.Base);
        var result = _registry.Delete(DefinitionKind.Source, "rows");
        Assert.Equal(RegistryOutcome.Invalid, result.Outcome);
        Assert.StartsWith("featureViews.profile.source is 'rows'; no such source is defined", result.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deleting_what_is_not_there_names_what_is_near()
    {
        _registry.Apply(MemberDefinitions.Base);
        var result = _registry.Delete(DefinitionKind.FeatureService, "chrun");
        Assert.Equal(RegistryOutcome.NotFound, result.Outcome);
        Assert.Equal("feature-service is 'chrun'; there is none of that name; did you mean 'churn'?", result.Message);
        Assert.Equal(RegistryOutcome.NotFound, _registry.Delete(DefinitionKind.Source, "churn").Outcome);
    }

    [Fact]
    public void Further_rules_of_the_caller_refuse_too_and_settle_what_is_equal()
    {
        using var own = new TestKit.TemporaryFolder();
        var rules = new DefinitionRules(
            [(catalog, errors) => errors.Require(catalog.Definitions.FeatureViews.Count > 0, catalog.Definitions.Entities[0], "", null, "an entity needs a view")],
            text => text.Replace(" ", "", StringComparison.Ordinal));
        using var registry = FeatureRegistry.Open(own.Path, TimeProvider.System, rules);
        Assert.Equal(RegistryOutcome.Invalid, registry.Apply(MemberDefinitions.Described(1), ApplyMode.Merge, new("ann", "why"), []).Outcome);
        Assert.Equal(RegistryOutcome.Applied, registry.Apply(MemberDefinitions.Base, ApplyMode.Merge, new("ann", "why"), []).Outcome);
        var spaced = MemberDefinitions.Base;
        spaced.FeatureViews[2].Features[0].Expression = "visits/tenure";
        Assert.Equal(RegistryOutcome.Unchanged, registry.Apply(spaced, ApplyMode.Merge, new("ann", "why"), []).Outcome);
    }
}
