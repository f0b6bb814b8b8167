using System.Net;
using System.Text.Json;
using TestKit;

namespace Appliance.Host.Tests.Business;

/// <summary>REST requests that leave features to the store.</summary>
public sealed class EntityPredictTests : IAsyncLifetime
{
    private const string Path = "/api/predict/shop";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    // The clock of the features alone: the model's instance measures on the system's.
    private readonly ManualTime _time = new(Noon);
    private readonly LinearModelInstance _instance = ShopFeatures.Instance(ShopFeatures.Signature());
    private TestFeatures _features = null!;
    private BusinessHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _features = new TestFeatures(_time);
        _host = await BusinessHost.StartAsync(features: _features.Platform);
        _host.Models.Serve(ShopFeatures.Model, 1, ShopFeatures.Signature(), _instance, ShopFeatures.Manifest());
        _features.Define(ShopFeatures.Definitions);
        await _features.ApplyAsync(
            TestContext.Current.CancellationToken,
            ShopFeatures.Click(1, Noon.AddMinutes(-5), 42), ShopFeatures.Profile(1, Noon.AddMinutes(-70), "\"age\":21,\"city\":\"上海\""));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _features.DisposeAsync();
    }

    [Theory]
    [InlineData("""{"entity":{"shopper_id":1}}""", 42, 2, 21, 6)]
    [InlineData("""{"entity":{"shopper\u005fid":1}}""", 42, 2, 21, 6)]
    [InlineData("""{"userId":1}""", 42, 2, 21, 6)]
    [InlineData("""{"userId":1,"entity":null}""", 42, 2, 21, 6)]
    [InlineData("""{"userId":"whoever","entity":{"shopper_id":1},"features":{}}""", 42, 2, 21, 6)]
    [InlineData("""{"userId":1,"features":{"city":"ab","dearest":-3}}""", -3, 2, 21, 2)]
    [InlineData("""{"userId":"u-7","features":{"dearest":1,"spent_by_age":2,"age":3,"city":"x"}}""", 1, 2, 3, 1)]
    [InlineData("""{"features":{"age":3},"entity":{"shopper_id":2}}""", -1, 0.25, 3, 6)]
    public async Task An_entity_is_scored_with_what_the_request_leaves_to_the_store(string json, double dearest, double byAge, long age, int cityBytes)
    {
        var (status, body) = await _host.PostAsync(Path, json);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        Assert.Equal((float)_instance.Score(dearest, byAge, age, cityBytes), body.GetProperty("data").GetProperty("score").GetSingle());
        Assert.False(body.GetProperty("data").TryGetProperty("features", out _));
    }

    [Fact]
    public async Task Rows_of_an_array_mix_entities_and_features_in_one_inference_call()
    {
        var (status, body) = await _host.PostAsync(
            Path, """[{"entity":{"shopper_id":1}},{"features":{"dearest":1,"age":2,"city":""}},{"userId":2,"features":{"age":9}},{"userId":1,"features":{"age":5}}]""");
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        float[] expected = [(float)_instance.Score(42, 2, 21, 6), (float)_instance.Score(1, 0.25, 2, 0), (float)_instance.Score(-1, 0.25, 9, 6), (float)_instance.Score(42, 2, 5, 6)];
        Assert.Equal(expected, body.GetProperty("data").EnumerateArray().Select(r => r.GetProperty("score").GetSingle()));
        Assert.Equal(1, _instance.Runs);
    }

    [Theory]
    [InlineData("", "\"explain\":true,")]
    [InlineData("?explain=true", "")]
    [InlineData("?explain=false", "\"explain\":true,")]
    public async Task An_explanation_says_where_each_feature_came_from(string query, string member)
    {
        var (status, body) = await _host.PostAsync(Path + query, $$$"""{{{{member}}}"entity":{"shopper_id":1},"features":{"dearest":5}}""");
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        Assert.Equal(
            """
            {"dearest":{"source":"given"},"spent_by_age":{"source":"stale","value":2,"eventTime":"2026-03-01T10:50:00Z"},"age":{"source":"stale","value":21,"eventTime":"2026-03-01T10:50:00Z"},"city":{"source":"stale","value":"上海","eventTime":"2026-03-01T10:50:00Z"}}
            """,
            body.GetProperty("data").GetProperty("features").GetRawText());
        Assert.Empty(ServedBody(body));
    }

    [Fact]
    public async Task Defaults_are_told_from_stored_values_in_every_row()
    {
        var (_, body) = await _host.PostAsync(Path, """[{"userId":2,"features":{"age":9},"explain":true},{"userId":1,"features":{"city":"x","spent_by_age":1}}]""");
        var rows = body.GetProperty("data").EnumerateArray().Select(r => r.GetProperty("features").GetRawText()).ToArray();
        Assert.Equal("""{"dearest":{"source":"defaulted","value":-1},"spent_by_age":{"source":"defaulted","value":0.25},"age":{"source":"given"},"city":{"source":"defaulted","value":"未知"}}""", rows[0]);
        Assert.StartsWith("""{"dearest":{"source":"stored","value":42,"eventTime":"2026-03-01T11:55:00Z"},"spent_by_age":{"source":"given"}""", rows[1]);
    }

    public static TheoryData<string, string, string> BadRequests => new()
    {
        { """{"entity":7}""", "entity is 7; it must be an object of join keys and values", "entity" },
        { """{"entity":[]}""", "entity is an array; it must be an object of join keys and values", "entity" },
        { """{"entity":{}}""", "entity.shopper_id is missing; feature service 'shop' needs it, and it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper_id":"7"}}""", "entity.shopper_id is \"7\"; it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper_id":{"a":[1]}}}""", "entity.shopper_id is an object; it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper_id":null}}""", "entity.shopper_id is null; it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper_id":"\ud800"}}""", "entity.shopper_id is not valid Unicode text; it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper_id":99999999999999999999}}""", "entity.shopper_id is 1E+20; it must be a whole number of 64 bits", "entity.shopper_id" },
        { """{"entity":{"shopper":1}}""", "entity.shopper is no key of feature service 'shop'; known are shopper_id", "entity.shopper" },
        { """{"entity":{"\ud800":1}}""", "entity.\\ud800 is no key of feature service 'shop'", "entity.\\ud800" },
        { """{"entity":{"shopper_id":1},"entity":{}}""", "entity is given twice", "entity" },
        { """[{"userId":1},{"entity":{"shopper_id":true}}]""", "[1].entity.shopper_id is true; it must be a whole number of 64 bits", "[1].entity.shopper_id" },
        { """[{"userId":1},{"userId":"x"}]""", "[1].userId is \"x\"; it must be a whole number of 64 bits, as join key 'shopper_id' of feature service 'shop' is", "[1].userId" },
        { """{"explain":1,"userId":1}""", "explain is 1; it must be true or false", "explain" },
        { """{"explain":true}""", "features is missing; it must be an object of feature names and values", "features" },
        { """{"userId":null,"entity":null}""", "features is missing; it must be an object of feature names and values", "features" },
        { """{"entity":{"shopper_id":2}}""", "features.age is missing; 'shopper_profile:age' has no value because feature view 'shopper_profile' has no row for the entity", "features.age" },
    };

    [Theory]
    [MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_entity_is_told_what_is_wrong_and_where(string request, string message, string field)
    {
        var (status, body) = await _host.PostAsync(Path, request);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Equal(field, body.GetProperty("field").GetString());
        Assert.Equal(0, _instance.Runs);
    }

    [Fact]
    public async Task A_query_that_asks_for_something_else_than_an_explanation_is_refused()
    {
        var (status, body) = await _host.PostAsync(Path + "?explain=perhaps", """{"userId":1}""");
        Assert.Equal((HttpStatusCode.BadRequest, "explain is \"perhaps\"; it must be true or false"), (status, body.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task A_service_that_is_gone_is_a_conflict_for_what_needs_it_alone()
    {
        _features.Define("{}");
        var (status, body) = await _host.PostAsync(Path, """{"entity":{"shopper_id":1}}""");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            "features.dearest is missing, and feature service 'shop' version 1 cannot be read: no feature service of that name is defined", body.GetProperty("message").GetString());
        Assert.Equal(409, body.GetProperty("code").GetInt32());
        Assert.Equal(HttpStatusCode.OK, (await _host.PostAsync(Path, """{"entity":{"shopper_id":1},"features":{"dearest":1,"spent_by_age":2,"age":3,"city":"x"}}""")).Status);
    }

    [Fact]
    public async Task The_description_says_what_the_store_fills()
    {
        var data = (await _host.GetAsync(Path)).Body.GetProperty("data");
        Assert.Equal("""{"name":"shop","version":1,"readable":true,"entity":[{"name":"shopper_id","type":"int64"}],"takesUserId":true}""", data.GetProperty("featureService").GetRawText());
        Assert.Equal("""{"name":"dearest","type":"double","required":true,"stored":true,"reference":"shopper_clicks:dearest"}""", data.GetProperty("features")[0].GetRawText());
        _features.Define("{}");
        data = (await _host.GetAsync(Path)).Body.GetProperty("data");
        Assert.Equal(
            """{"name":"shop","version":1,"readable":false,"problem":"no feature service of that name is defined","entity":[],"takesUserId":false}""",
            data.GetProperty("featureService").GetRawText());
        Assert.False(data.GetProperty("features")[0].GetProperty("stored").GetBoolean());
    }

    private static IReadOnlyList<string> ServedBody(JsonElement body)
    {
        var document = Rest.ServedDescription.Document;
        return document.Validate(document.Resolve("#/components/schemas/PredictReply"), body);
    }
}
