using System.Net;
using System.Text.Json;
using FeatureModel.Definitions;

namespace Appliance.Host.Tests.Features;

public sealed class EventsTests
{
    private const string One = """{"id":"1","source":"member_events","type":"visit","entity":{"member_id":1},"time":"2025-01-30T10:00:00Z","data":{"channel":"app"}}""";
    private const string Two = """{"id":"2","source":"member_events","type":"visit","entity":{"member_id":1},"time":"2025-01-30T10:00:00Z","data":{"channel":"app"}}""";

    [Theory]
    [InlineData(One, 1, 0)]
    [InlineData("[" + One + "," + Two + "]", 2, 0)]
    [InlineData(One + "\n" + Two + "\n" + One, 2, 1)]
    [InlineData("\uFEFF" + One + "\r\n" + Two + "\r\n", 2, 0)]
    public async Task Events_are_taken_each_once_however_they_are_put_together(string body, int accepted, int duplicates)
    {
        await using var host = await FeatureHost.StartAsync(DefinitionFiles.ReadFolder(SampleFeaturesTests.Samples()).Definitions);

        var (status, reply) = await host.PostAsync("/api/events", body);

        Assert.Equal(HttpStatusCode.OK, status);
        using var json = JsonDocument.Parse(reply);
        var data = json.RootElement.GetProperty("data");
        Assert.Equal((accepted, duplicates), (data.GetProperty("accepted").GetInt32(), data.GetProperty("duplicates").GetInt32()));
        Assert.Equal(accepted, host.Platform.Journal.Records);
    }

    [Theory]
    [InlineData("", "the request holds no event; it must hold one, an array of them, or one a line")]
    [InlineData("{\"source\":\"member_events\"}", "event.type is missing; every event has source, type, entity, time and data")]
    [InlineData("[" + One + ",{\"source\":\"member_event\",\"type\":\"visit\",\"entity\":{\"member_id\":1},\"time\":\"2025-01-30T10:00:00Z\",\"data\":{}}]",
        "events[1].source is 'member_event'; there is no source of that name; did you mean 'member_events'?")]
    [InlineData("{\"source\":\"member_events\",\"type\":\"purchase\",\"entity\":{\"member_id\":1},\"time\":\"2025-01-30T10:00:00Z\",\"data\":{\"amount\":\"12\"}}",
        "event.data.amount is '12'; it must be double, a finite number")]
    public async Task A_body_with_a_fault_is_refused_whole_and_says_where_it_is(string body, string message)
    {
        await using var host = await FeatureHost.StartAsync(DefinitionFiles.ReadFolder(SampleFeaturesTests.Samples()).Definitions);

        var (status, reply) = await host.PostAsync("/api/events", body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        using var json = JsonDocument.Parse(reply);
        Assert.Equal(message, json.RootElement.GetProperty("message").GetString());
        Assert.Equal(0, host.Platform.Journal.Records);
    }
}
