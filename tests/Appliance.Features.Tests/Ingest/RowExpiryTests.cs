using Appliance.Features.Ingest;
using Appliance.Features.Reading;
using Appliance.Features.Store;
using TestKit;

namespace Appliance.Features.Tests.Ingest;

public sealed class RowExpiryTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly long Skew = FeatureStage.Micros(DateTimeOffset.UnixEpoch.AddMinutes(5));

    private readonly FeatureStage _stage = new(ShopFeatures.Definitions.Replace("\"source\": \"clicks\",", "\"source\": \"clicks\", \"ttl\": \"1h\","), Noon);

    public void Dispose() => _stage.Dispose();

    // An hour of window and five minutes of clock skew; twice a minute of TTL is long over.
    [Theory]
    [InlineData("1m", "\"window\": \"1h\"", -64, false)]
    [InlineData("1m", "\"window\": \"1h\"", -66, true)]
    [InlineData("1m", "\"window\": \"30d\"", -43_204, false)]
    [InlineData("1m", "\"window\": \"30d\"", -43_206, true)]
    [InlineData("12h", "\"window\": \"1h\"", -1_439, false)]
    public void A_row_of_windows_stays_while_any_of_its_events_counts(string ttl, string window, int minutes, bool expired)
    {
        var definitions = ShopFeatures.Definitions.Replace("\"source\": \"clicks\",", $"\"source\": \"clicks\", \"ttl\": \"{ttl}\",").Replace("\"field\": \"amount\", \"window\": \"1h\"", $"\"field\": \"amount\", {window}");
        using var stage = new FeatureStage(definitions, Noon);
        Assert.Equal(expired, IsExpired(stage, "shopper_clicks", minutes, minutes));
    }

    [Theory]
    [InlineData(-5_376, false)]
    [InlineData(-5_386, true)]
    public void A_decayed_value_stays_until_nothing_is_left_of_it(int minutes, bool expired)
    {
        // 128 half lives of 42 minutes.
        var definitions = ShopFeatures.Definitions.Replace("\"source\": \"clicks\",", "\"source\": \"clicks\", \"ttl\": \"1m\",")
            .Replace("\"function\": \"sum\", \"field\": \"amount\", \"window\": \"1h\"", "\"function\": \"decayed\", \"field\": \"amount\", \"halfLife\": \"42m\"");
        using var stage = new FeatureStage(definitions, Noon);
        Assert.Equal(expired, IsExpired(stage, "shopper_clicks", minutes, minutes));
    }

    [Theory]
    [InlineData("shopper_profile", -119, -119, false)]
    [InlineData("shopper_profile", -121, -1, true)]
    [InlineData("shopper_clicks", -121, -121, true)]
    // History is old and has just come in: more of it may be on its way.
    [InlineData("shopper_clicks", -100_000, -119, false)]
    public void A_row_goes_past_twice_its_ttl_since_it_happened_or_for_windows_since_an_event_came_in(string view, int eventMinutes, int createdMinutes, bool expired)
    {
        Assert.Equal(expired, IsExpired(_stage, view, eventMinutes, createdMinutes));
    }

    [Fact]
    public void Rows_of_a_deleted_view_go_although_one_of_its_name_has_been_declared_since()
    {
        using var stage = new FeatureStage(ShopFeatures.Definitions, Noon);
        stage.Define("""{"entities":[{"name":"other","joinKeys":[{"name":"other_id","type":"int64"}]}]}""");
        stage.Define(ShopFeatures.Definitions);
        Assert.True(stage.Catalog.TryFindView("shopper_profile", out var served));
        var key = new byte[EntityKey.ViewBytes + 8];
        EntityKey.WriteView(key, served.Number);
        var header = new RecordHeader { EventTime = FeatureStage.Micros(Noon), CreatedTime = FeatureStage.Micros(Noon), Layout = served.BornLayout - 1 };
        Assert.True(new RowExpiry(stage.Catalog, Noon, Skew).IsExpired(key, header));
        header.Layout = served.BornLayout;
        Assert.False(new RowExpiry(stage.Catalog, Noon, Skew).IsExpired(key, header));
    }

    [Fact]
    public void Rows_of_a_view_that_is_gone_go()
    {
        var key = new byte[EntityKey.ViewBytes];
        EntityKey.WriteView(key, 4_000_000);
        Assert.True(new RowExpiry(_stage.Catalog, Noon, Skew).IsExpired(key, default));
        Assert.False(new RowExpiry(FeatureCatalog.Empty, Noon, Skew).IsExpired(key, default));
    }

    private static bool IsExpired(FeatureStage stage, string view, int eventMinutes, int createdMinutes)
    {
        Assert.True(stage.Catalog.TryFindView(view, out var served));
        var key = new byte[EntityKey.ViewBytes + 8];
        EntityKey.WriteView(key, served.Number);
        var header = new RecordHeader
        {
            EventTime = FeatureStage.Micros(Noon.AddMinutes(eventMinutes)), CreatedTime = FeatureStage.Micros(Noon.AddMinutes(createdMinutes)), Layout = served.CurrentLayout,
        };
        return new RowExpiry(stage.Catalog, Noon, Skew).IsExpired(key, header);
    }
}
