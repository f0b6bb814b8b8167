using System.Net;
using TestKit;

namespace Appliance.Host.Tests.Business;

/// <summary>What the page says of requests that leave features to the store.</summary>
public sealed class EntityMetricsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Features_are_counted_by_model_and_origin_and_their_reading_is_a_phase()
    {
        await using var features = new TestFeatures(new ManualTime(Noon));
        await using var host = await BusinessHost.StartAsync(features: features.Platform);
        host.Models.Serve(ShopFeatures.Model, 1, ShopFeatures.Signature(), ShopFeatures.Instance(ShopFeatures.Signature()), ShopFeatures.Manifest());
        features.Define(ShopFeatures.Definitions);
        await features.ApplyAsync(
            TestContext.Current.CancellationToken,
            ShopFeatures.Click(1, Noon.AddMinutes(-5), 42), ShopFeatures.Profile(1, Noon.AddMinutes(-70), "\"age\":21,\"city\":\"x\""));
        // One stored and three of a profile that is too old; all given; one given, the others by default.
        foreach (var body in (string[])
            ["""{"entity":{"shopper_id":1}}""", """{"features":{"dearest":1,"spent_by_age":2,"age":3,"city":"x"}}""", """{"features":{"age":3},"entity":{"shopper_id":2}}"""])
        {
            Assert.Equal(HttpStatusCode.OK, (await host.PostAsync("/api/predict/shop", body)).Status);
        }
        // Refused before it is scored: none of its features was served.
        Assert.Equal(HttpStatusCode.BadRequest, (await host.PostAsync("/api/predict/shop", """{"entity":{"shopper_id":2}}""")).Status);

        var page = PrometheusText.Parse(await host.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

        Assert.Equal([5d, 1, 3, 3], ((string[])["given", "stored", "stale", "defaulted"]).Select(o => Value(page, "appliance_features_served_total", "origin", o)));
        Assert.Equal(2, Value(page, "nv_inference_features_duration_histogram_us_count", "model", "shop"));
        Assert.Equal(Value(page, "nv_inference_features_duration_us", "model", "shop"), Value(page, "nv_inference_features_duration_histogram_us_sum", "model", "shop"));
        Assert.True(Value(page, "nv_inference_features_duration_us", "model", "shop") > 0);
        Assert.Equal((2d, 2d), (Value(page, "appliance_features_read_duration_seconds_count", "transport", "scoring"), Value(page, "appliance_features_read_entities_total", "transport", "scoring")));
        // Of shopper 1 dearest; of shopper 2 there is nothing.
        Assert.Equal([1d, 1], ((string[])["PRESENT", "NOT_FOUND"]).Select(s => Clicks(page, s)));
    }

    private static double Clicks(List<PrometheusFamily> page, string status) =>
        page.SelectMany(f => f.Samples).Single(s => s.Name == "appliance_features_values_total" && s.Labels["view"] == "shopper_clicks" && s.Labels["status"] == status).Value;

    private static double Value(List<PrometheusFamily> page, string name, string label, string value) =>
        page.SelectMany(f => f.Samples).Single(s => s.Name == name && s.Labels.GetValueOrDefault(label) == value).Value;
}
