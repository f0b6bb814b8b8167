using System.Net;
using System.Text;
using Appliance.Host.Telemetry;
using Appliance.Host.Tests.Features;
using Contracts.Feast;
using TestKit;

namespace Appliance.Host.Tests.Telemetry;

/// <summary>The features' part of the page, after known calls.</summary>
public sealed class FeatureMetricsTests
{
    // Score 1 is there, 2 is older than its day, 3 is null.
    private const string Scores = """{"user_id":[1,2,3],"event_timestamp":["2025-01-30T12:00:00Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00Z"],"score":[1.5,2,null],"a_string":["x","y","z"]}""";
    private const string Click = """{"id":"c1","source":"clicks","type":"click","entity":{"user_id":1},"time":"2025-01-30T23:59:30Z","data":{"price":2}}""";

    [Fact]
    public async Task Every_family_of_the_catalog_but_those_of_Kafka_is_on_the_page_of_a_busy_appliance_and_no_other()
    {
        await using var host = await BusyAsync();
        await ScoredAsync(host);
        var families = await ScrapeAsync(host);
        // Nothing was verified either.
        var expected = FeatureMetricCatalog.All.Where(m => m != FeatureMetricCatalog.Verified && !m.Name.Contains("kafka", StringComparison.Ordinal)).ToList();
        Assert.Equal(expected.Select(m => (m.Name, m.Kind.ToString().ToLowerInvariant(), m.Help)), families.Select(f => (f.Name, f.Type, f.Help)));
        foreach (var (family, metric) in families.Zip(expected)) Assert.All(family.Samples, s => Assert.Empty(s.Labels.Keys.Except([.. metric.Labels, "le"])));
    }

    [Fact]
    public async Task Events_are_counted_from_the_journal_to_the_views()
    {
        await using var host = await BusyAsync();
        await host.PostAsync("/api/events", Click);
        await host.PostAsync("/api/events", Click.Replace("c1", "c2").Replace("2025-01-30T23", "2025-02-28T23"));
        while (Value(await ScrapeAsync(host), "appliance_features_events_total", ("outcome", "refused")) == 0) await host.Platform.StepAsync(TestContext.Current.CancellationToken);
        var page = await ScrapeAsync(host);
        Assert.Equal(5, Value(page, "appliance_journal_appends_total", ("outcome", "taken")));
        Assert.Equal(2, Value(page, "appliance_journal_appends_total", ("outcome", "duplicate")));
        Assert.Equal(5, Value(page, "appliance_journal_records_total"));
        Assert.Equal(4, Value(page, "appliance_features_events_total", ("outcome", "applied")));
        Assert.Equal(1, Value(page, "appliance_features_events_refused_total", ("reason", "future")));
        Assert.Equal(0, Value(page, "appliance_features_ingest_lag_events"));
        Assert.Equal(1, Value(page, "appliance_features_ingest_running"));
        Assert.Equal(1, Value(page, "appliance_features_ingest_caught_up"));
        Assert.Equal(1, Value(page, "appliance_journal_disk_state", ("state", "ok")));
        Assert.Equal(0, Value(page, "appliance_features_store_disk_state", ("state", "full")));
        Assert.Equal(4, Value(page, "appliance_features_store_rows"));
        Assert.Equal(32 << 20, Value(page, "appliance_features_store_memory_limit_bytes"));
        Assert.Equal(1, Value(page, "appliance_features_registry_changes_total", ("outcome", "applied")));
        Assert.Equal(7, Value(page, "appliance_features_registry_objects", ("kind", "feature-view")));
    }

    [Fact]
    public async Task Freshness_is_by_view_and_kind_and_a_view_without_events_has_none()
    {
        await using var host = await BusyAsync();
        host.Time.Advance(TimeSpan.FromSeconds(30));
        var page = await ScrapeAsync(host);
        // The click was applied half a minute after it happened, and half a minute has passed since.
        Assert.Equal(60, Value(page, "appliance_features_newest_event_age_seconds", ("view", "clicked"), ("kind", "stream")));
        Assert.Equal(30, Value(page, "appliance_features_event_to_readable_seconds_sum", ("view", "clicked")));
        Assert.Equal(0, Value(page, "appliance_features_event_to_readable_seconds_bucket", ("view", "clicked"), ("le", "10")));
        Assert.Equal(1, Value(page, "appliance_features_event_to_readable_seconds_bucket", ("view", "clicked"), ("le", "30")));
        Assert.Equal((12 * 3600) + 30, Value(page, "appliance_features_newest_event_age_seconds", ("view", "score"), ("kind", "batch")));
        Assert.Equal(3, Value(page, "appliance_features_event_to_readable_seconds_count", ("view", "score")));
        Assert.DoesNotContain(page.SelectMany(f => f.Samples), s => s.Name == "appliance_features_newest_event_age_seconds" && s.Labels["view"] is "types" or "twice");
    }

    [Fact]
    public async Task Reads_are_counted_by_transport_and_values_by_view_and_status()
    {
        await using var host = await BusyAsync();
        await host.PostAsync("/api/features", """{"entity":"user","ids":[1,2,3,4],"features":["score:score","twice:twice"]}""");
        Assert.Equal(HttpStatusCode.NotFound, (await host.PostAsync("/api/features", """{"entity":"user","ids":[1],"features":["no:no"]}""")).Status);
        await host.GetAsync("/api/features?entity=user&id=1&features=clicked");
        await host.PostAsync("/get-online-features", """{"features":["score:score"],"entities":{"user_id":[1,4]}}""");
        await host.PostAsync("/get-online-features", """{"features":["no:no"],"entities":{"user_id":[1,4]}}""");
        var client = new ServingService.ServingServiceClient(host.Channel);
        var request = new GetOnlineFeaturesRequest { Features = new FeatureList { Val = { "score:score", "score:a_string" } } };
        request.Entities.Add("user_id", new RepeatedValue { Val = { new Value { Int64Val = 3 }, new Value { Int64Val = 9 } } });
        await client.GetOnlineFeaturesAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        var page = await ScrapeAsync(host);
        Assert.Equal((2, 5, 1), Reads(page, "rest"));
        Assert.Equal((1, 2, 1), Reads(page, "feast_http"));
        Assert.Equal((1, 2, 0), Reads(page, "feast_grpc"));
        Assert.Equal((0, 0, 0), Reads(page, "scoring"));
        Assert.Equal([3, 2, 4, 1], Values(page, "score"));
        Assert.Equal([2, 2, 0, 0], Values(page, "twice"));
        Assert.Equal([1, 0, 0, 0], Values(page, "clicked"));
        Assert.Equal([0, 0, 0, 0], Values(page, "types"));
    }

    private static (double Answered, double Entities, double Refused) Reads(List<PrometheusFamily> page, string transport) => (
        Value(page, "appliance_features_read_duration_seconds_count", ("transport", transport)),
        Value(page, "appliance_features_read_entities_total", ("transport", transport)),
        Value(page, "appliance_features_reads_refused_total", ("transport", transport)));

    private static IEnumerable<double> Values(List<PrometheusFamily> page, string view) =>
        ((string[])["PRESENT", "NULL_VALUE", "NOT_FOUND", "OUTSIDE_MAX_AGE"]).Select(s => Value(page, "appliance_features_values_total", ("view", view), ("status", s)));

    // Three rows and one event are applied and saved, and one came twice.
    private static async Task<FeatureHost> BusyAsync()
    {
        var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        await host.PostAsync("/api/events", Click);
        await host.AppliedAsync(4);
        await host.PostAsync("/api/events", Click);
        await host.Platform.FlushAsync();
        return host;
    }

    private static async Task ScoredAsync(FeatureHost host)
    {
        var signature = KocPotential.Signature();
        host.Models.Serve(KocPotential.Name, 1, signature, KocPotential.Instance(signature), KocPotential.Manifest());
        // Its instance measures on the system's clock, so that the answer's timings are not as documented.
        using var content = new StringContent("""{"features":{"consumption_amount":1,"share_count":1}}""", Encoding.UTF8, "application/json");
        using var response = await host.Plain.PostAsync("/api/predict/koc-potential", content, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private static async Task<List<PrometheusFamily>> ScrapeAsync(FeatureHost host)
    {
        var page = PrometheusText.Parse(await host.Plain.GetStringAsync("/metrics", TestContext.Current.CancellationToken));
        return [.. page.Where(f => FeatureMetricCatalog.All.Any(m => m.Name == f.Name))];
    }

    private static double Value(List<PrometheusFamily> page, string name, params (string Label, string Value)[] labels) =>
        Assert.Single(page.SelectMany(f => f.Samples), s => s.Name == name && Array.TrueForAll(labels, l => s.Labels.GetValueOrDefault(l.Label) == l.Value)).Value;
}
