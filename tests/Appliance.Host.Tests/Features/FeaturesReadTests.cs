using System.Net;
using System.Text.Json;

namespace Appliance.Host.Tests.Features;

public sealed class FeaturesReadTests
{
    private const string Scores = """{"user_id":[1,2,3],"event_timestamp":["2025-01-30T12:00:00Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00Z"],"score":[1.5,2,null],"a_string":["x","y","z"]}""";

    [Fact]
    public async Task One_entity_is_read_by_its_id()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            """{"entity":{"user_id":1},"features":{"score:score":{"value":1.5,"eventTime":"2025-01-30T12:00:00Z","status":"PRESENT"},"twice:twice":{"value":3,"eventTime":null,"status":"PRESENT"}}}""",
            FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score,twice:twice")));
    }

    [Fact]
    public async Task A_blank_beside_a_comma_of_a_list_is_none_of_a_name()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score,twice:twice")),
            FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score,%20twice:twice")));
    }

    [Fact]
    public async Task Every_status_is_told_apart()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            """[{"entity":{"user_id":1},"features":{"score:score":{"value":1.5,"eventTime":"2025-01-30T12:00:00Z","status":"PRESENT"}}},{"entity":{"user_id":2},"features":{"score:score":{"value":2,"eventTime":"2025-01-29T00:00:00Z","status":"OUTSIDE_MAX_AGE"}}},{"entity":{"user_id":3},"features":{"score:score":{"value":null,"eventTime":"2025-01-30T12:00:00Z","status":"NULL_VALUE"}}},{"entity":{"user_id":4},"features":{"score:score":{"value":null,"eventTime":null,"status":"NOT_FOUND"}}}]""",
            FeatureHost.Data(await host.PostAsync("/api/features", """{"entity":"user","ids":[1,2,3,4],"features":["score:score"]}""")));
    }

    [Fact]
    public async Task Every_type_has_its_JSON()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("type_push", TypedRow.Frame, 1);
        await host.PushAsync("type_push", TypedRow.Nulls, 1);
        var data = JsonDocument.Parse(FeatureHost.Data(await host.PostAsync("/api/features", """{"entity":"user","ids":[1,2],"features":["types"]}"""))).RootElement;
        Assert.Equal(TypedRow.Values, data[0].GetProperty("features").EnumerateObject().Select(f => f.Value.GetProperty("value").GetRawText()));
        Assert.All(data[0].GetProperty("features").EnumerateObject(), f => Assert.Equal("PRESENT", f.Value.GetProperty("status").GetString()));
        Assert.All(data[1].GetProperty("features").EnumerateObject(), f => Assert.Equal("""{"value":null,"eventTime":"2025-01-30T10:00:00Z","status":"NULL_VALUE"}""", f.Value.GetRawText()));
    }

    [Fact]
    public async Task Without_features_every_view_is_read_that_needs_the_key_alone()
    {
        await using var host = await FeatureHost.StartAsync();
        var names = JsonDocument.Parse(FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1"))).RootElement.GetProperty("features").EnumerateObject().Select(f => f.Name);
        Assert.Equal(["clicked", "score", "twice", "types"], names.Select(n => n.Split(':')[0]).Distinct());
        Assert.Equal(
            FeatureHost.Data(await host.PostAsync("/api/features", """{"entity":"user","ids":[7]}""")),
            FeatureHost.Data(await host.PostAsync("/api/features", """{"entity":"user","entities":{"user_id":[7]}}""")));
    }

    [Fact]
    public async Task A_feature_service_stands_for_its_features()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var listed = FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&features=score:score&features=twice:twice"));
        Assert.Equal(listed, FeatureHost.Data(await host.GetAsync("/api/features?entity=user&id=1&featureService=scores")));
        Assert.Equal($"[{listed}]", FeatureHost.Data(await host.PostAsync("/api/features", """{"entities":{"user_id":[1]},"featureService":"scores"}""")));
    }

    [Fact]
    public async Task Composite_and_text_keys_are_read()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("pair_push", """{"shop_code":["A","B"],"user_id":[1,1],"visits":[3,4]}""", 2);
        await host.PushAsync("shop_push", """{"shop_code":["A"],"area":[12.5]}""", 1);
        Assert.Equal(
            """[{"entity":{"user_id":1,"shop_code":"B"},"features":{"pair:visits":{"value":4,"eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}}},{"entity":{"user_id":1,"shop_code":"A"},"features":{"pair:visits":{"value":3,"eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}}}]""",
            FeatureHost.Data(await host.PostAsync("/api/features", """{"features":["pair:visits"],"entities":{"user_id":[1,1],"shop_code":["B","A"]}}""")));
        var place = """{"entity":{"shop_code":"A"},"features":{"place:area":{"value":12.5,"eventTime":"2025-01-31T00:00:00Z","status":"PRESENT"}}}""";
        Assert.Equal(place, FeatureHost.Data(await host.GetAsync("/api/features?entity=shop&id=A")));
        Assert.Equal(place, FeatureHost.Data(await host.GetAsync("/api/features?entity=shop&id.shop_code=A")));
    }

    [Fact]
    public async Task Inputs_that_come_with_the_request_are_no_part_of_the_entity()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            """[{"entity":{"user_id":1},"features":{"ratio:ratio":{"value":2,"eventTime":null,"status":"PRESENT"}}},{"entity":{"user_id":4},"features":{"ratio:ratio":{"value":null,"eventTime":null,"status":"NULL_VALUE"}}}]""",
            FeatureHost.Data(await host.PostAsync("/api/features", """{"requestInputs":{"spend":[3,4]},"entity":"user","ids":[1,4],"features":["ratio:ratio"]}""")));
    }

    [Fact]
    public async Task A_thousand_entities_are_read_in_the_order_of_the_request()
    {
        await using var host = await FeatureHost.StartAsync();
        var ids = Enumerable.Range(1, 1000).Reverse().ToArray();
        await host.PushAsync("score_push", $$"""{"user_id":[{{string.Join(",", ids)}}],"score":[{{string.Join(",", ids)}}],"a_string":[{{string.Join(",", ids.Select(i => $"\"{i}\""))}}]}""", ids.Length);
        var data = JsonDocument.Parse(FeatureHost.Data(await host.PostAsync("/api/features", $$"""{"entity":"user","ids":[{{string.Join(",", ids)}}],"features":["score:score"]}"""))).RootElement;
        Assert.Equal(ids.Select(i => (double)i), data.EnumerateArray().Select(e => e.GetProperty("features").GetProperty("score:score").GetProperty("value").GetDouble()));
    }

    [Fact]
    public async Task Changed_definitions_are_read_from_the_next_request_on()
    {
        await using var host = await FeatureHost.StartAsync();
        const string Whole = "/api/features?entity=shop&id=A";
        Assert.DoesNotContain("place:rooms", FeatureHost.Data(await host.GetAsync(Whole)));
        var change = await host.PostAsync(
            "/api/feature-registry/apply",
            """{"author":"ann","reason":"rooms","definitions":{"sources":[{"name":"shop_push","kind":"push","fields":[{"name":"area","type":"float"},{"name":"rooms","type":"int32"}]}],"featureViews":[{"name":"place","kind":"batch","entities":["shop"],"source":"shop_push","features":[{"name":"area","type":"float"},{"name":"rooms","type":"int32"}]}]}}""");
        Assert.Equal(HttpStatusCode.OK, change.Status);
        Assert.Contains("place:rooms", FeatureHost.Data(await host.GetAsync(Whole)));
    }
}
