using Appliance.Inference;
using Contracts;
using TestKit;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>Entities that are wrong, and what callers are told of them.</summary>
public sealed class EntityKeyTests : IAsyncLifetime
{
    private readonly EntityBench _bench = new();
    private readonly EntityBench _baskets = new(Baskets());

    public ValueTask InitializeAsync()
    {
        _bench.Features.Define(ShopFeatures.Definitions);
        _baskets.Features.Define(ShopFeatures.Definitions);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _bench.DisposeAsync();
        await _baskets.DisposeAsync();
    }

    public static TheoryData<string, object?, string> WrongValues => new()
    {
        { "text", "12", "\"12\"" },
        { "text too long to repeat", new string('x', 100), $"\"{new string('x', 60)}...\"" },
        { "fraction", 1.5, "1.5" },
        { "not a number", double.NaN, "NaN" },
        { "larger than 64 bits", 1e19, "1E+19" },
        { "truth value", true, "true" },
        { "nothing", null, "null" },
    };

    [Theory]
    [MemberData(nameof(WrongValues), DisableDiscoveryEnumeration = true)]
    public void A_key_of_another_kind_is_refused_with_row_key_value_and_rule(string name, object? value, string shown)
    {
        Assert.NotEmpty(name);
        Assert.Equal(
            (ScoreStatus.InvalidArgument, $"rows[0].entity.shopper_id is {shown}; it must be a whole number of 64 bits", "rows[0].entity.shopper_id"),
            _bench.Refused(EntityRow.Of().Key("shopper_id", value)));
    }

    [Fact]
    public void A_whole_number_may_be_written_as_a_fraction() =>
        Assert.True(_bench.Write(EntityRow.Of(("age", 1)).Key("shopper_id", 12.0)), _bench.Entry.Error);

    [Fact]
    public void A_missing_key_is_refused_whether_or_not_something_is_left_to_read()
    {
        var expected = (ScoreStatus.InvalidArgument,
            "rows[0].entity.shopper_id is missing; feature service 'shop' needs it, and it must be a whole number of 64 bits", "rows[0].entity.shopper_id");
        Assert.Equal(expected, _bench.Refused(EntityRow.Of().ForNobody()));
        Assert.Equal(expected, _bench.Refused(EntityRow.Of(("dearest", 1.0), ("spent_by_age", 1.0), ("age", 1), ("city", "")).ForNobody()));
    }

    [Fact]
    public void An_unknown_key_is_refused_with_the_names_that_are_near() => Assert.Equal(
        (ScoreStatus.InvalidArgument, "rows[0].entity.shoper_id is no key of feature service 'shop'; did you mean 'shopper_id'?", "rows[0].entity.shoper_id"),
        _bench.Refused(EntityRow.Of().Key("shoper_id", 1)));

    [Fact]
    public void A_key_that_comes_twice_is_refused() => Assert.Equal(
        (ScoreStatus.InvalidArgument, "rows[0].entity.shopper_id is given twice", "rows[0].entity.shopper_id"),
        _bench.Refused(EntityRow.Of().For(1).For(1)));

    [Fact]
    public void What_one_row_named_is_not_taken_as_named_by_the_next()
    {
        Assert.StartsWith("rows[1].entity.shopper_id is missing", _bench.Refused(EntityRow.Of(("age", 1)).For(1), EntityRow.Of(("age", 1)).ForNobody()).Error);
    }

    [Fact]
    public async Task A_model_without_a_feature_service_takes_no_entity()
    {
        var manifest = ShopFeatures.Manifest();
        manifest.FeatureService = null;
        await using var bench = new EntityBench(manifest);
        Assert.Equal(
            (ScoreStatus.InvalidArgument, "rows[0].entity is given, and model 'shop' names no feature service to read features of an entity from", "rows[0].entity"),
            bench.Refused(EntityRow.Of(("dearest", 1.0), ("spent_by_age", 1.0), ("age", 1), ("city", "")).For(1)));
        Assert.StartsWith("rows[0].features.dearest is missing", bench.Refused(EntityRow.Of().User(1)).Error);
    }

    [Fact]
    public async Task Inputs_of_on_demand_features_come_with_the_keys()
    {
        await _baskets.ApplyAsync(ShopFeatures.Click(1, EntityBench.Noon, 40));
        Assert.True(_baskets.Write(EntityRow.Of(("age", 1), ("city", "")).For(1).Key("basket", 2.5), EntityRow.Of(("age", 1), ("city", "")).Key("basket", 2).For(1)), _baskets.Entry.Error);
        Assert.Equal([42.5f, 42f], _baskets.Rows().Select(r => r.Dearest));
        Assert.Equal("rows[0].entity.basket is Infinity; it must be a finite number", _baskets.Refused(EntityRow.Of().For(1).Key("basket", double.PositiveInfinity)).Error);
        // Two things are needed, so a user alone stands for nothing.
        Assert.False(_baskets.Service!.TakesUserId);
        Assert.StartsWith("rows[0].features.dearest is missing; it must be a number", _baskets.Refused(EntityRow.Of(("age", 1), ("city", "")).User(1)).Error);
    }

    [Fact]
    public void A_feature_that_the_service_does_not_have_must_be_given()
    {
        Assert.StartsWith(
            "rows[0].features.age is missing; feature service 'baskets' does not have it, and neither its definition nor model 'shop' has a default for it",
            _baskets.Refused(EntityRow.Of(("dearest", 1.0), ("city", "")).For(1).Key("basket", 1)).Error);
    }

    // dearest comes from with_basket; the others are the request's.
    private static ModelManifest Baskets()
    {
        var manifest = ShopFeatures.Manifest();
        manifest.FeatureService!.Name = "baskets";
        manifest.Features[0].Reference = "shopper_basket:with_basket";
        return manifest;
    }
}
