using System.Net;
using System.Text;
using System.Text.Json;
using FeatureModel.Definitions;

namespace Appliance.Host.Tests.Features;

/// <summary>/write-to-online-store writes the view that it names, whatever others share its source.</summary>
public sealed class WriteToViewTests
{
    private const string Definitions = """
        {"entities":[
          {"name":"truck","joinKeys":[{"name":"plate","type":"string"}]},
          {"name":"stop","joinKeys":[{"name":"line","type":"string"},{"name":"stop_no","type":"int64"}]}],
        "sources":[
          {"name":"shared","kind":"push"},
          {"name":"listed","kind":"push","fields":[{"name":"a","type":"int64"},{"name":"b","type":"int64"}]}],
        "featureViews":[
          {"name":"va","kind":"batch","entities":["truck"],"source":"shared","features":[{"name":"a","type":"int64"}]},
          {"name":"vb","kind":"batch","entities":["truck"],"source":"shared","features":[{"name":"b","type":"int64"}]},
          {"name":"vab","kind":"batch","entities":["truck"],"source":"shared","features":[{"name":"a","type":"int64"},{"name":"b","type":"int64"}]},
          {"name":"vc","kind":"batch","entities":["stop"],"source":"shared","features":[{"name":"c","type":"int64"}]},
          {"name":"fa","kind":"batch","entities":["truck"],"source":"listed","features":[{"name":"a","type":"int64"}]},
          {"name":"fb","kind":"batch","entities":["truck"],"source":"listed","features":[{"name":"b","type":"int64"}]}],
        "featureServices":[]}
        """;

    [Theory]
    [InlineData("va", """{"plate":["s1"],"a":[10]}""", "10 2 1 2 null null")]
    [InlineData("vb", """{"plate":["s1"],"b":[20]}""", "1 20 1 2 null null")]
    [InlineData("vab", """{"plate":["s1"],"a":[10],"b":[20]}""", "1 2 10 20 null null")]
    [InlineData("va", """{"plate":["s1"],"a":[10],"b":[99]}""", "10 2 1 2 null null")]
    [InlineData("va", """{"plate":["s1"],"a":[10],"b":["what another view could not take"],"line":["L"],"stop_no":[1],"c":[5]}""", "10 2 1 2 null null")]
    [InlineData("fa", """{"plate":["s1"],"a":[10],"b":[99]}""", "1 2 1 2 10 null")]
    [InlineData("fb", """{"plate":["s1"],"b":[20]}""", "1 2 1 2 null 20")]
    public async Task The_view_that_is_named_is_written_and_no_other(string view, string frame, string values)
    {
        await using var host = await StartAsync();
        await host.PushAsync("shared", """{"plate":["s1"],"a":[1],"b":[2]}""", 1);
        Assert.Equal((HttpStatusCode.OK, "null"), await WriteAsync(host, view, frame));
        await host.AppliedAsync(2);
        Assert.Equal(values, await ValuesAsync(host));
    }

    [Fact]
    public async Task A_pushed_row_still_goes_to_every_view_whose_keys_it_has()
    {
        await using var host = await StartAsync();
        await WriteAsync(host, "va", """{"plate":["s1"],"a":[1]}""");
        await host.PushAsync("shared", """{"plate":["s1"],"a":[7],"b":[8]}""", 2);
        Assert.Equal("7 8 7 8 null null", await ValuesAsync(host));
    }

    [Fact]
    public async Task One_row_for_two_views_is_two_events_and_its_repetition_none()
    {
        await using var host = await StartAsync();
        const string Row = """{"plate":["s1"],"a":[1],"b":[2],"event_timestamp":["2025-01-30"],"created":["2025-01-30"]}""";
        foreach (var view in new[] { "va", "vab", "va", "vab" }) Assert.Equal(HttpStatusCode.OK, (await WriteAsync(host, view, Row)).Status);
        await host.AppliedAsync(2);
        Assert.Equal(2, host.Platform.Journal.Records);
        Assert.Equal("1 null 1 2 null null", await ValuesAsync(host));
    }

    [Theory]
    [InlineData("va", """{"plate":["s1"],"b":[1]}""", "df has no 'a', which feature view 'va' needs as int64")]
    [InlineData("va", """{"line":["L"],"stop_no":[1],"a":[1]}""", "df has no 'plate', which feature view 'va' needs as its key")]
    [InlineData("vc", """{"line":["L"],"plate":["s1"],"c":[1]}""", "df has no 'stop_no', which feature view 'vc' needs as its key")]
    public async Task A_frame_that_lacks_what_the_view_needs_is_refused(string view, string frame, string detail)
    {
        await using var host = await StartAsync();
        var (status, body) = await WriteAsync(host, view, frame);
        Assert.Equal((HttpStatusCode.UnprocessableEntity, detail), (status, JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()));
        Assert.Equal(0, host.Platform.Journal.Records);
    }

    private static Task<FeatureHost> StartAsync()
    {
        var read = DefinitionFiles.ReadBody(Encoding.UTF8.GetBytes(Definitions), "test");
        Assert.Empty(read.Errors);
        return FeatureHost.StartAsync(read.Definitions);
    }

    private static Task<(HttpStatusCode Status, string Body)> WriteAsync(FeatureHost host, string view, string frame) =>
        host.PostAsync("/write-to-online-store", $$"""{"feature_view_name":"{{view}}","df":{{frame}}}""");

    private static async Task<string> ValuesAsync(FeatureHost host)
    {
        var (_, body) = await host.PostAsync("/get-online-features", """{"features":["va:a","vb:b","vab:a","vab:b","fa:a","fb:b"],"entities":{"plate":["s1"]},"full_feature_names":true}""");
        return string.Join(' ', JsonDocument.Parse(body).RootElement.GetProperty("results").EnumerateArray().Skip(1).Select(r => r.GetProperty("values")[0].GetRawText()));
    }
}
