using System.Net;
using System.Text;
using EndToEnd.Tests.Lifecycle;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using TestKit;

namespace EndToEnd.Tests.Metrics;

/// <summary>What a scrape of the published binary gives when it serves features.</summary>
public sealed class FeatureMetricsTests : IDisposable
{
    private const string Definitions = """
        {"definitions":{
          "entities":[{"name":"shopper","joinKeys":[{"name":"shopper_id","type":"int64"}]}],
          "sources":[{"name":"clicks","kind":"events","fields":[{"name":"price","type":"double"}]}],
          "featureViews":[{"name":"clicked","kind":"stream","entities":["shopper"],"source":"clicks",
            "features":[{"name":"clicks_1d","type":"int64","aggregate":{"function":"count","window":"1d"}}]}]},
         "author":"test","reason":"test"}
        """;

    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryFolder _features = new();

    public void Dispose()
    {
        _repository.Dispose();
        _features.Dispose();
    }

    [Fact]
    public async Task The_document_names_what_a_scrape_gives_of_features_and_nothing_else()
    {
        ApplianceBinary.PathOrSkip();
        _repository.AddModel("scale", OnnxModels.Scale(2));
        await using var appliance = await ApplianceProcess.StartAsync(Settings());
        await PostAsync(appliance, "/api/feature-registry/apply", Definitions);
        await PostAsync(appliance, "/api/events", $$$"""{"source":"clicks","type":"click","entity":{"shopper_id":1},"time":"{{{DateTime.UtcNow:O}}}","data":{"price":2}}""");
        await appliance.FactorAsync("scale");
        var page = await MetricsPage.ReadAsync(appliance);
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                page = await MetricsPage.ReadAsync(appliance);
                return page.Value("appliance_features_checkpoints_total", ("outcome", "durable")) > 0;
            },
            TimeSpan.FromSeconds(30),
            "the event is in a checkpoint");
        await appliance.Http.GetStringAsync("/api/features?entity=shopper&id=1", TestContext.Current.CancellationToken);
        page = await MetricsPage.ReadAsync(appliance);

        var rows = await DocumentedMetrics.OfFeaturesAsync();
        // Of Kafka there is nothing where events come from the journal, nor of verifications where none ran.
        DocumentedMetrics.AssertSame(
            [.. rows.Where(r => !r[1].Contains("kafka", StringComparison.Ordinal) && !r[1].Contains("verified", StringComparison.Ordinal))],
            [.. page.Families.Where(f => rows.Any(r => r[1] == $"`{f.Name}`"))]);
        Assert.Equal(1, page.Value("appliance_features_event_to_readable_seconds_count", ("view", "clicked"), ("kind", "stream")));
        Assert.InRange(page.Value("appliance_features_newest_event_age_seconds", ("view", "clicked"))!.Value, 0, 120);
        Assert.Equal(1, page.Value("appliance_features_values_total", ("view", "clicked"), ("status", "PRESENT")));
        var newest = page.Value("appliance_features_newest_event_age_seconds", ("view", "clicked"));

        await appliance.StopAsync();
        await using var again = await ApplianceProcess.StartAsync(Settings());
        page = await MetricsPage.ReadAsync(again);
        Assert.True(page.Value("appliance_features_newest_event_age_seconds", ("view", "clicked")) >= newest, "the newest event time is known after a restart");
        Assert.Equal(0, page.Value("appliance_features_event_to_readable_seconds_count", ("view", "clicked")));
    }

    private ApplianceSettings Settings() => new()
    {
        Repository = _repository.Path,
        Flags = ["--features-folder", _features.Path],
        Settings = new() { ["Features:Ingest:CheckpointInterval"] = "00:00:00.100" },
    };

    private static async Task PostAsync(ApplianceProcess appliance, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var response = await appliance.Http.PostAsync(path, content, TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
