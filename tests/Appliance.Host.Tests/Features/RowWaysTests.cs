using System.Net;
using System.Text;
using System.Text.Json;
using FeatureModel.Definitions;

namespace Appliance.Host.Tests.Features;

/// <summary>Rows come by /push, /write-to-online-store and /api/events, and each way takes and refuses the same.</summary>
public sealed class RowWaysTests
{
    // driver_push lists no fields: its columns are those of the two views.
    private const string Definitions = """
        {"entities":[
          {"name":"driver","joinKeys":[{"name":"driver_id","type":"int64"}]},
          {"name":"city","joinKeys":[{"name":"city_code","type":"string"}]}],
        "sources":[
          {"name":"driver_push","kind":"push"},
          {"name":"trips","kind":"events","fields":[{"name":"fare","type":"double"}]}],
        "featureViews":[
          {"name":"driver_stats","kind":"batch","entities":["driver"],"source":"driver_push","features":[
            {"name":"conv_rate","type":"float"},{"name":"lf","type":"list<float>","dimension":3}]},
          {"name":"city_stats","kind":"batch","entities":["city"],"source":"driver_push","features":[{"name":"trips","type":"int32"},{"name":"conv_rate","type":"float"}]},
          {"name":"driver_trips","kind":"stream","entities":["driver"],"source":"trips","features":[
            {"name":"trips_1d","type":"int64","aggregate":{"function":"count","window":"1d"}}]}],
        "featureServices":[]}
        """;

    [Theory]
    [InlineData("/push", """{"push_source_name":"driver_push","df":{"driver_id":[1],"event_timestamp":["2025-01-30"],"conv_rate":[0.5],"lf":[[1,2,3]]}}""")]
    [InlineData("/write-to-online-store", """{"feature_view_name":"driver_stats","df":{"driver_id":[1],"event_timestamp":["2025-01-30"],"conv_rate":[0.5],"lf":[[1,2,3]]}}""")]
    [InlineData("/api/events", """{"source":"driver_push","type":"row","entity":{"driver_id":1},"time":"2025-01-30T00:00:00Z","data":{"conv_rate":0.5,"lf":[1,2,3]}}""")]
    public async Task A_source_without_fields_has_the_columns_of_its_views(string path, string body)
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.PostAsync(path, body)).Status);
        await host.AppliedAsync(1);
        Assert.Equal(("0.5", "[1,2,3]"), (await ValueAsync(host, "conv_rate"), await ValueAsync(host, "lf")));
    }

    [Theory]
    [InlineData("""{"driver_id":[1],"conv_rate":["high"],"lf":[[1,2,3]]}""", "df.conv_rate[0] is 'high'; it must be float, a finite number")]
    [InlineData("""{"driver_id":[1,2],"conv_rate":[1,2],"lf":[[1,2,3],[1,2]]}""", "df.lf[1] has 2 elements; it must have 3, its dimension in feature view 'driver_stats'")]
    [InlineData("""{"driver_id":[1],"conv_rate":[1]}""", "df has no 'lf', which feature view 'driver_stats' needs as list<float>")]
    public async Task A_frame_with_a_wrong_value_is_refused(string frame, string detail)
    {
        await using var host = await StartAsync();
        foreach (var (path, name) in new[] { ("/push", "\"push_source_name\":\"driver_push\""), ("/write-to-online-store", "\"feature_view_name\":\"driver_stats\"") })
        {
            var (status, body) = await host.PostAsync(path, $"{{{name},\"df\":{frame}}}");
            Assert.Equal((HttpStatusCode.UnprocessableEntity, detail), (status, JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()));
        }
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    [Theory]
    [InlineData("row", "driver_push", """{"driver_id":1}""", """{"conv_rate":"high","lf":null}""", "event.data.conv_rate is 'high'; it must be float, a finite number")]
    [InlineData("row", "driver_push", """{"driver_id":1}""", """{"conv_rate":1,"lf":[1,2]}""", "event.data.lf has 2 elements; it must have 3, its dimension in feature view 'driver_stats'")]
    [InlineData("row", "driver_push", """{"driver_id":1}""", """{"lf":null}""",
        "event.data has no 'conv_rate'; a row must have every feature of feature view 'driver_stats', or null for it")]
    [InlineData("row", "driver_push", """{"city_code":"A","driver_id":1}""", """{"conv_rate":1,"lf":null}""",
        "event.data has no 'trips'; a row must have every feature of feature view 'city_stats', or null for it")]
    [InlineData("row", "driver_push", """{"wrong":"u1"}""", "{}",
        "event.entity has wrong; it must have the join keys of a feature view over source 'driver_push': city_code or driver_id")]
    [InlineData("row", "driver_push", """{"city_code":7}""", """{"conv_rate":1,"trips":1}""", "event.entity.city_code is 7; it must be string, as feature view 'city_stats' needs it")]
    [InlineData("update", "driver_push", """{"driver_id":1}""", """{"conv_rate":1,"lf":null}""",
        "event.type is 'update'; source 'driver_push' is of kind push, which takes rows alone: events of type 'row'")]
    [InlineData("trip", "trips", """{"wrong":"u1"}""", "{}", "event.entity has wrong; it must have the join keys of a feature view over source 'trips': driver_id")]
    [InlineData("trip", "trips", """{"driver_id":"u1"}""", "{}", "event.entity.driver_id is 'u1'; it must be int64, as feature view 'driver_trips' needs it")]
    [InlineData("row", "trips", """{"driver_id":1}""", "{}", "event.type is 'row'; source 'trips' is of kind events, which takes events of any type but 'row'")]
    public async Task An_event_that_no_view_could_take_is_refused_at_once(string type, string source, string entity, string data, string message)
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync("/api/events", $$"""{"source":"{{source}}","type":"{{type}}","entity":{{entity}},"time":"2025-01-30T00:00:00Z","data":{{data}}}""");
        Assert.Equal((HttpStatusCode.BadRequest, message), (status, JsonDocument.Parse(body).RootElement.GetProperty("message").GetString()));
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    [Fact]
    public async Task A_row_may_say_that_it_has_no_value()
    {
        await using var host = await StartAsync();
        var (status, body) = await host.PostAsync("/api/events", """{"source":"driver_push","type":"row","entity":{"driver_id":1},"time":"2025-01-30T00:00:00Z","data":{"conv_rate":2,"lf":null}}""");
        Assert.True(status == HttpStatusCode.OK, body);
        await host.AppliedAsync(1);
        Assert.Equal(("2", "null"), (await ValueAsync(host, "conv_rate"), await ValueAsync(host, "lf")));
    }

    [Theory]
    [InlineData("/push", "\"push_source_name\":\"driver_push\"")]
    [InlineData("/write-to-online-store", "\"feature_view_name\":\"driver_stats\"")]
    public async Task An_earlier_value_that_is_pushed_again_at_the_same_event_time_counts(string path, string name)
    {
        await using var host = await StartAsync();
        // The clock stands still: rows are made one after the other all the same.
        foreach (var rate in new[] { 1, 2, 1 })
        {
            var (status, body) = await host.PostAsync(path, $$"""{ {{name}},"df":{"driver_id":[1],"event_timestamp":["2025-01-30T01:00:00Z"],"conv_rate":[{{rate}}],"lf":[null]} }""");
            Assert.True(status == HttpStatusCode.OK, body);
        }
        await host.AppliedAsync(3);
        Assert.Equal("1", await ValueAsync(host, "conv_rate"));
    }

    [Fact]
    public async Task Of_rows_of_one_frame_for_one_entity_and_time_the_last_counts()
    {
        await using var host = await StartAsync();
        await host.PushAsync("driver_push", """{"driver_id":[1,1,1],"event_timestamp":["2025-01-30","2025-01-30","2025-01-30"],"created":[null,null,null],"conv_rate":[1,2,1],"lf":[null,null,null]}""", 3);
        Assert.Equal("1", await ValueAsync(host, "conv_rate"));
    }

    [Fact]
    public async Task A_pushed_row_is_made_later_than_one_that_came_as_an_event_before()
    {
        await using var host = await StartAsync();
        await host.PostAsync("/api/events", """{"source":"driver_push","type":"row","entity":{"driver_id":1},"time":"2025-01-30T00:00:00Z","data":{"conv_rate":2,"lf":null}}""");
        host.Time.Advance(TimeSpan.FromSeconds(-5));
        await host.PushAsync("driver_push", """{"driver_id":[1],"event_timestamp":["2025-01-30"],"conv_rate":[3],"lf":[null]}""", 2);
        Assert.Equal("3", await ValueAsync(host, "conv_rate"));
        await host.PostAsync("/api/events", """{"source":"driver_push","type":"row","entity":{"driver_id":1},"time":"2025-01-30T00:00:00Z","data":{"conv_rate":4,"lf":null}}""");
        await host.AppliedAsync(3);
        Assert.Equal("4", await ValueAsync(host, "conv_rate"));
    }

    private static Task<FeatureHost> StartAsync()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test");
        Assert.Empty(read.Errors);
        return FeatureHost.StartAsync(read.Definitions);
    }

    private static async Task<string> ValueAsync(FeatureHost host, string feature)
    {
        using var data = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync($"/api/features?entity=driver&id=1&features=driver_stats:{feature}")));
        return data.RootElement.GetProperty("features").GetProperty($"driver_stats:{feature}").GetProperty("value").GetRawText();
    }
}
