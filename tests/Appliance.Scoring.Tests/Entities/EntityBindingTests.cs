using Appliance.Inference;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>Which feature of a service fills which of a model, and what happens while that cannot be said.</summary>
public sealed class EntityBindingTests
{
    private static readonly (string, object)[] AllGiven = [("dearest", 1.0), ("spent_by_age", 2.0), ("age", 3), ("city", "x")];

    [Fact]
    public async Task Every_feature_says_what_fills_it()
    {
        await using var bench = new EntityBench();
        bench.Features.Define(ShopFeatures.Definitions);
        var service = bench.Service!;
        Assert.Null(service.Problem);
        Assert.Equal(["shopper_clicks:dearest", "shopper_mix:spent_by_age", "shopper_profile:age", "shopper_profile:city"], Enumerable.Range(0, 4).Select(service.ReferenceOf));
        Assert.Equal(("shopper_id", true), (Assert.Single(service.Keys).Name, service.TakesUserId));
        Assert.Same(service, bench.Service);
    }

    public static TheoryData<string, Action<ModelManifest>, string> Unreadable => new()
    {
        { "unknown service", m => m.FeatureService!.Name = "shopp", "no feature service of that name is defined; did you mean 'shop'?" },
        { "unknown version", m => m.FeatureService!.Version = 7, "it has no version 7; the latest is 1" },
        { "version of none", m => m.FeatureService!.Version = 0, "manifest.json: featureService.version is 0; it must be a whole number from 1" },
        { "unknown reference", m => m.Features[0].Reference = "shopper_clicks:x", "manifest.json: features[0] 'dearest': reference is 'shopper_clicks:x', which the feature service does not have" },
        { "another type", m => m.Features[2].Reference = "shopper_profile:city", "manifest.json: features[2] 'age': type is 'int64', and 'shopper_profile:city' is string; an int64 takes whole numbers" },
    };

    [Theory]
    [MemberData(nameof(Unreadable), DisableDiscoveryEnumeration = true)]
    public async Task A_service_that_cannot_be_read_refuses_what_needs_it_and_nothing_else(string name, Action<ModelManifest> spoil, string problem)
    {
        Assert.NotEmpty(name);
        var manifest = ShopFeatures.Manifest();
        spoil(manifest);
        await using var bench = new EntityBench(manifest);
        bench.Features.Define(ShopFeatures.Definitions);
        Assert.Contains(problem, bench.Service!.Problem);
        Assert.True(bench.Write(EntityRow.Of(AllGiven).For(1)), bench.Entry.Error);
        Assert.True(bench.Write(EntityRow.Of(AllGiven)), bench.Entry.Error);
        foreach (var needs in new[] { EntityRow.Of(("age", 3)).For(1), EntityRow.Of(("age", 3)).User(1) })
        {
            var (status, error, field) = bench.Refused(needs);
            Assert.Equal((ScoreStatus.FeaturesUnavailable, "rows[0].features.dearest"), (status, field));
            Assert.StartsWith($"rows[0].features.dearest is missing, and feature service '{manifest.FeatureService!.Name}' version {manifest.FeatureService.Version} cannot be read: ", error);
            Assert.Contains(problem, error);
        }
    }

    [Fact]
    public async Task A_model_becomes_scorable_by_entity_when_its_definitions_arrive()
    {
        await using var bench = new EntityBench();
        Assert.Equal(ScoreStatus.FeaturesUnavailable, bench.Refused(EntityRow.Of(("age", 3)).For(1)).Status);
        bench.Features.Define(ShopFeatures.Definitions);
        Assert.True(bench.Write(EntityRow.Of(("age", 3)).For(1)), bench.Entry.Error);
        bench.Features.Define("{}");
        Assert.Equal(ScoreStatus.FeaturesUnavailable, bench.Refused(EntityRow.Of(("age", 3)).For(1)).Status);
    }

    [Fact]
    public async Task An_appliance_without_features_says_so_and_leaves_users_alone()
    {
        await using var bench = new EntityBench(featuresOn: false);
        Assert.Equal(
            (ScoreStatus.FeaturesUnavailable,
                "rows[0].features.age is missing, and feature service 'shop' version 1 cannot be read: this appliance serves no features; setting Features:Folder (flag --features-folder) is empty",
                "rows[0].features.age"),
            bench.Refused(EntityRow.Of(("dearest", 1.0), ("spent_by_age", 2.0), ("city", "x")).For(1)));
        Assert.True(bench.Write(EntityRow.Of(("dearest", 1.0), ("age", 3), ("city", "x")).User(1)), bench.Entry.Error);
        Assert.Equal(0.25f, bench.Rows()[0].SpentByAge);
    }

    [Fact]
    public async Task A_default_that_the_model_cannot_take_is_a_problem_of_the_binding()
    {
        await using var bench = new EntityBench();
        bench.Features.Define(ShopFeatures.Definitions.Replace("\"default\": -1", "\"default\": 1e300", StringComparison.Ordinal));
        Assert.StartsWith("the default of 'shopper_clicks:dearest' is 1E+300; for feature 'dearest' it must be between", bench.Service!.Problem);
    }

    [Fact]
    public async Task A_service_that_no_longer_means_what_the_model_was_trained_on_is_not_read()
    {
        await using var bench = new EntityBench();
        bench.Features.Define(ShopFeatures.Definitions);
        Assert.Null(bench.Service!.Problem);
        bench.Features.Define(ShopFeatures.Definitions.Replace("\"function\": \"max\", \"field\": \"amount\", \"window\": \"1h\"", "\"function\": \"max\", \"field\": \"amount\", \"window\": \"2h\"", StringComparison.Ordinal));
        Assert.NotNull(bench.Service.Problem);
        Assert.Equal(ScoreStatus.FeaturesUnavailable, bench.Refused(EntityRow.Of(("age", 3)).For(1)).Status);
    }
}
