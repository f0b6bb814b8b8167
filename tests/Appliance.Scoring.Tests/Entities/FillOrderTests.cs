using Appliance.Inference;
using Appliance.Scoring.Entities;
using TestKit;

namespace Appliance.Scoring.Tests.Entities;

/// <summary>What fills a feature of a row with an entity, and in which order.</summary>
public sealed class FillOrderTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Noon = EntityBench.Noon;

    private readonly EntityBench _bench = new();

    public async ValueTask InitializeAsync()
    {
        _bench.Features.Define(ShopFeatures.Definitions);
        await _bench.ApplyAsync(
            ShopFeatures.Click(1, Noon.AddMinutes(-10), 30), ShopFeatures.Click(1, Noon.AddMinutes(-5), 12),
            ShopFeatures.Profile(1, Noon.AddMinutes(-20), "\"age\":42,\"city\":\"上海\""),
            ShopFeatures.Profile(2, Noon.AddMinutes(-2), "\"age\":33"));
    }

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void An_entity_alone_is_scored_with_what_is_stored_and_derived()
    {
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        Assert.Equal([(30f, 1f, 42L, "上海")], _bench.Rows());
        Assert.All(_bench.Sources(0), s => Assert.Equal(FeatureSource.Stored, s));
    }

    [Fact]
    public void What_the_request_gives_goes_before_what_is_stored()
    {
        Assert.True(_bench.Write(EntityRow.Of(("age", 7), ("city", "x")).For(1)), _bench.Entry.Error);
        Assert.Equal([(30f, 1f, 7L, "x")], _bench.Rows());
        Assert.Equal([FeatureSource.Stored, FeatureSource.Stored, FeatureSource.Given, FeatureSource.Given], _bench.Sources(0));
    }

    [Fact]
    public void A_null_value_takes_the_definitions_default_and_then_the_manifests()
    {
        // Shopper 2 has no click and no city: dearest and city have defaults of their definitions, spent_by_age one of the manifest.
        Assert.True(_bench.Write(EntityRow.Of().For(2)), _bench.Entry.Error);
        Assert.Equal([(-1f, 0.25f, 33L, "未知")], _bench.Rows());
        Assert.Equal([FeatureSource.Defaulted, FeatureSource.Defaulted, FeatureSource.Stored, FeatureSource.Defaulted], _bench.Sources(0));
    }

    [Fact]
    public void An_entity_without_any_row_is_scored_where_all_that_is_left_has_defaults()
    {
        Assert.True(_bench.Write(EntityRow.Of(("age", 18)).For(999)), _bench.Entry.Error);
        Assert.Equal([(-1f, 0.25f, 18L, "未知")], _bench.Rows());
    }

    [Fact]
    public void Nothing_anywhere_is_an_error_that_says_why()
    {
        Assert.Equal(
            (ScoreStatus.InvalidArgument,
                "rows[1].features.age is missing; 'shopper_profile:age' has no value because feature view 'shopper_profile' has no row for the entity, "
                + "and neither its definition nor model 'shop' has a default for it",
                "rows[1].features.age"),
            _bench.Refused(EntityRow.Of().For(1), EntityRow.Of().For(999)));
    }

    [Fact]
    public async Task A_row_that_holds_null_says_so()
    {
        await _bench.ApplyAsync(ShopFeatures.Profile(3, Noon, "\"city\":\"x\""));
        Assert.StartsWith("rows[0].features.age is missing; 'shopper_profile:age' is null for the entity", _bench.Refused(EntityRow.Of().For(3)).Error);
    }

    [Fact]
    public void A_value_past_its_ttl_is_used_and_called_stale_and_so_is_what_is_derived_from_it()
    {
        _bench.Time.Advance(TimeSpan.FromMinutes(45));
        Assert.True(_bench.Write(EntityRow.Of().For(1)), _bench.Entry.Error);
        Assert.Equal([(30f, 1f, 42L, "上海")], _bench.Rows());
        Assert.Equal([FeatureSource.Stored, FeatureSource.Stale, FeatureSource.Stale, FeatureSource.Stale], _bench.Sources(0));
    }

    [Fact]
    public void The_explanation_has_the_value_and_the_event_time_of_the_oldest_row()
    {
        Assert.True(_bench.Write(EntityRow.Of(("age", 7)).For(1)), _bench.Entry.Error);
        var explained = _bench.Explanation!;
        Assert.Equal((30, Micros(-5)), (explained.Of(0, 0).Number, explained.Of(0, 0).EventTime));
        Assert.Equal((42 / 42.0, Micros(-20)), (explained.Of(0, 1).Number, explained.Of(0, 1).EventTime));
        Assert.Equal((7L, 0L), (explained.Of(0, 2).Integer, explained.Of(0, 2).EventTime));
        Assert.Equal("上海", System.Text.Encoding.UTF8.GetString(explained.Of(0, 3).Text));
    }

    [Fact]
    public void Rows_with_and_without_entities_mix_in_one_request()
    {
        var given = EntityRow.Of(("dearest", 5.0), ("age", 6), ("city", "z"));
        Assert.True(_bench.Write(given, EntityRow.Of().For(1), EntityRow.Of(("dearest", 1.0)).For(2), given, EntityRow.Of(("city", "q")).For(1)), _bench.Entry.Error);
        Assert.Equal([(5f, 0.25f, 6L, "z"), (30f, 1f, 42L, "上海"), (1f, 0.25f, 33L, "未知"), (5f, 0.25f, 6L, "z"), (30f, 1f, 42L, "q")], _bench.Rows());
        Assert.Equal([FeatureSource.Given, FeatureSource.Defaulted, FeatureSource.Given, FeatureSource.Given], _bench.Sources(3));
        Assert.Equal([FeatureSource.Given, FeatureSource.Defaulted, FeatureSource.Stored, FeatureSource.Defaulted], _bench.Sources(2));
    }

    [Fact]
    public void A_user_id_stands_for_the_only_join_key()
    {
        Assert.True(_bench.Write(EntityRow.Of().User(1L)), _bench.Entry.Error);
        Assert.Equal([(30f, 1f, 42L, "上海")], _bench.Rows());
        Assert.Equal(
            (ScoreStatus.InvalidArgument, "rows[0].userId is \"u-1\"; it must be a whole number of 64 bits, as join key 'shopper_id' of feature service 'shop' is", "rows[0].userId"),
            _bench.Refused(EntityRow.Of().User("u-1")));
        Assert.True(_bench.Write(EntityRow.Of(("dearest", 1.0), ("spent_by_age", 1.0), ("age", 1), ("city", "")).User("u-1")), _bench.Entry.Error);
    }

    [Fact]
    public void A_row_that_leaves_features_out_and_has_no_entity_is_told_of_it()
    {
        Assert.Equal(
            "rows[0].features.age is missing; it must be a whole number, and model 'shop' has no default for it; "
            + "an entity with shopper_id would have it read from 'shopper_profile:age'",
            _bench.Refused(EntityRow.Of(("dearest", 1.0), ("city", "x"))).Error);
    }

    [Fact]
    public async Task A_stored_value_that_the_tensor_cannot_hold_is_refused_with_its_range()
    {
        await _bench.ApplyAsync(ShopFeatures.Click(7, Noon, 1e100), ShopFeatures.Profile(7, Noon, "\"age\":1"));
        var (_, error, field) = _bench.Refused(EntityRow.Of().For(7));
        Assert.StartsWith("rows[0].features.dearest is 1E+100, as 'shopper_clicks:dearest' is stored; it must be between -3.4", error);
        Assert.Equal("rows[0].features.dearest", field);
    }

    [Fact]
    public void Reading_is_a_phase_of_its_own_and_absent_where_nothing_is_read()
    {
        Assert.True(_bench.Write(EntityRow.Of(("dearest", 1.0), ("spent_by_age", 1.0), ("age", 1), ("city", "")).For(1)), _bench.Entry.Error);
        Assert.Equal(0, _bench.Entry.Timings.Features);
        Assert.All(_bench.Sources(0), s => Assert.Equal(FeatureSource.Given, s));
    }

    private static long Micros(int minutes) => (Noon.AddMinutes(minutes) - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
