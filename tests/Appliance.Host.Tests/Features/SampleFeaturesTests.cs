using System.Text;
using System.Text.Json;
using Appliance.Features.Journal;
using FeatureModel.Definitions;
using FeatureModel.Events;

namespace Appliance.Host.Tests.Features;

/// <summary>The definitions that are shipped as an example, read by the calls that the documents show.</summary>
public sealed class SampleFeaturesTests
{
    [Fact]
    public async Task A_members_events_and_row_are_read_by_its_id_alone()
    {
        await using var host = await FeatureHost.StartAsync(DefinitionFiles.ReadFolder(Samples()).Definitions);
        await AppendAsync(host, "visit", "2025-01-20T10:00:00Z", "\"channel\":\"app\"");
        await AppendAsync(host, "like", "2025-01-29T10:00:00Z", "\"channel\":\"app\"");
        await AppendAsync(host, "visit", "2025-01-30T18:02:11Z", "\"channel\":\"store\"");
        await AppendAsync(host, "purchase", "2025-01-30T10:00:00Z", "\"amount\":12.5,\"channel\":\"app\"");
        await host.AppliedAsync(4);
        await host.PushAsync("member_table", """{"member_id":[12345],"tenure_days":[100],"age_band":["25-34"],"store_id":[7]}""", 1);

        Assert.Equal(
            """{"entity":{"member_id":12345},"features":{"member_activity:visit_30d":{"value":2,"eventTime":"2025-01-30T18:02:11Z","status":"PRESENT"},"member_profile:age_band":{"value":"25-34","eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}}}""",
            FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=12345&features=member_activity:visit_30d,member_profile:age_band")));
        var service = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=12345&featureService=koc_potential"))).RootElement.GetProperty("features");
        Assert.Equal(12.5, service.GetProperty("member_activity:consumption_amount").GetProperty("value").GetDouble());
        Assert.Equal(1 / 11.0, service.GetProperty("member_social:social_interaction_score").GetProperty("value").GetDouble(), 1e-12);
        var all = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=12345"))).RootElement.GetProperty("features");
        Assert.Equal(17, all.EnumerateObject().Count());
    }

    [Fact]
    public async Task A_member_who_never_did_anything_is_not_found()
    {
        await using var host = await FeatureHost.StartAsync(DefinitionFiles.ReadFolder(Samples()).Definitions);
        var features = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync("/api/features?entity=member&id=1&features=member_activity,member_profile"))).RootElement.GetProperty("features");
        Assert.All(features.EnumerateObject(), f => Assert.Equal("NOT_FOUND", f.Value.GetProperty("status").GetString()));
    }

    private static async Task AppendAsync(FeatureHost host, string type, string time, string data)
    {
        using var records = new EventRecordBuffer();
        var json = $$$"""{"source":"member_events","type":"{{{type}}}","entity":{"member_id":12345},"time":"{{{time}}}","data":{{{{data}}}}}""";
        Assert.True(records.TryAddJson(Encoding.UTF8.GetBytes(json), EventLimits.Default, 0, out var rejection), rejection?.ToString());
        var appended = host.Platform.Journal.Append(records.Bytes);
        Assert.Equal(JournalOutcome.Ok, appended.Outcome);
        Assert.Equal(JournalOutcome.Ok, await host.Platform.Journal.WaitDurableAsync(appended.Position, TestContext.Current.CancellationToken));
    }

    internal static string Samples()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Appliance.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("Appliance.sln stands in no folder above the tests."), "samples", "features");
    }
}
