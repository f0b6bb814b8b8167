using System.Net;
using System.Text.Json;

namespace Appliance.Host.Tests.Features;

public sealed class FeastReadTests
{
    private const string Scores = """{"user_id":[1,2,3],"event_timestamp":["2025-01-30T12:00:00.25Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00.000001Z"],"score":[1.5,2,null],"a_string":["x","y","z"]}""";

    [Fact]
    public async Task Answers_are_column_by_column_with_the_entities_first()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            (HttpStatusCode.OK, """{"metadata":{"feature_names":["user_id","score","a_string"]},"results":[{"values":[1,2,3,4],"statuses":["PRESENT","PRESENT","PRESENT","PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z","1970-01-01T00:00:00Z","1970-01-01T00:00:00Z","1970-01-01T00:00:00Z"]},{"values":[1.5,2,null,null],"statuses":["PRESENT","OUTSIDE_MAX_AGE","NULL_VALUE","NOT_FOUND"],"event_timestamps":["2025-01-30T12:00:00.250Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00.000001Z","1970-01-01T00:00:00Z"]},{"values":["x","y","z",null],"statuses":["PRESENT","OUTSIDE_MAX_AGE","PRESENT","NOT_FOUND"],"event_timestamps":["2025-01-30T12:00:00.250Z","2025-01-29T00:00:00Z","2025-01-30T12:00:00.000001Z","1970-01-01T00:00:00Z"]}]}"""),
            await host.PostAsync("/get-online-features", """{"features":["score:score","score:a_string"],"entities":{"user_id":[1,2,3,4]}}"""));
    }

    [Fact]
    public async Task Full_names_versions_and_a_feature_service_are_Feasts()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        Assert.Equal(
            (HttpStatusCode.OK, """{"metadata":{"feature_names":["user_id","score__score","twice__twice"],"feature_view_metadata":[{"name":"score","version":1},{"name":"twice","version":1}]},"results":[{"values":[1],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[1.5],"statuses":["PRESENT"],"event_timestamps":["2025-01-30T12:00:00.250Z"]},{"values":[3],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]}]}"""),
            await host.PostAsync("/get-online-features", """{"feature_service":"scores","features":null,"entities":{"user_id":[1]},"full_feature_names":true,"include_feature_view_version_metadata":true,"query_embedding":null}"""));
    }

    [Fact]
    public async Task Inputs_of_on_demand_views_come_among_the_entities_or_in_the_context_and_are_not_answered()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        const string Answer = """{"metadata":{"feature_names":["user_id","ratio"]},"results":[{"values":[1],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[2],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]}]}""";
        Assert.Equal((HttpStatusCode.OK, Answer), await host.PostAsync("/get-online-features", """{"features":["ratio:ratio"],"entities":{"spend":[3],"user_id":[1]}}"""));
        Assert.Equal((HttpStatusCode.OK, Answer), await host.PostAsync("/get-online-features", """{"features":["ratio:ratio"],"request_context":{"spend":[3]},"entities":{"user_id":[1]}}"""));
    }

    [Fact]
    public async Task Join_keys_of_any_entity_are_answered_and_columns_that_nobody_knows_are_not()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var (status, body) = await host.PostAsync("/get-online-features", """{"features":["score:score"],"entities":{"extra":[{"a":[1]}],"shop_code":["A"],"score":[9],"user_id":[1]}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(
            """{"metadata":{"feature_names":["shop_code","user_id","score"]},"results":[{"values":["A"],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[1],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[1.5],"statuses":["PRESENT"],"event_timestamps":["2025-01-30T12:00:00.250Z"]}]}""",
            body);
    }

    [Theory]
    [InlineData("1738324800")]
    [InlineData("1738324800000")]
    [InlineData("\"2025-01-31T12:00:00Z\"")]
    public async Task A_moment_is_taken_as_the_number_that_an_answer_has(string moment)
    {
        await using var host = await FeatureHost.StartAsync();
        host.Apply(FeatureModel.Definitions.DefinitionFiles.ReadBody(
            """{"featureViews":[{"name":"asked","kind":"onDemand","entities":["user"],"inputs":["score"],"requestInputs":[{"name":"asked_at","type":"timestamp"}],"features":[{"name":"later","type":"timestamp","expression":"asked_at + duration('1m')"},{"name":"half","type":"double","expression":"score.score / 2"}]}]}"""u8.ToArray(), "test").Definitions);
        var (_, body) = await host.PostAsync("/get-online-features", $$"""{"features":["asked:later"],"entities":{"user_id":[1],"asked_at":[{{moment}}]} }""");
        Assert.StartsWith("""{"metadata":{"feature_names":["user_id","later"]},"results":[{"values":[1],"statuses":["PRESENT"],"event_timestamps":["1970-01-01T00:00:00Z"]},{"values":[1738324860],""", body);
    }

    [Theory]
    [InlineData("""{"spend":[3],"user_id":[1.0]}""", "2")]
    [InlineData("""{"spend":[3],"user_id":[1e0],"unused":[NaN]}""", "2")]
    [InlineData("""{"spend":[NaN],"user_id":[1]}""", "null")]
    public async Task What_pandas_writes_of_numbers_is_taken_in_keys_and_inputs(string entities, string ratio)
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("score_push", Scores, 3);
        var (status, body) = await host.PostAsync("/get-online-features", $$"""{"features":["ratio:ratio"],"entities":{{entities}}}""");
        Assert.True(status == HttpStatusCode.OK, body);
        var results = JsonDocument.Parse(body).RootElement.GetProperty("results");
        Assert.Equal(("1", ratio), (results[0].GetProperty("values")[0].GetRawText(), results[1].GetProperty("values")[0].GetRawText()));
    }

    [Theory]
    [InlineData("""{"spend":[3],"user_id":[1.5]}""", "entities.user_id[0] is 1.5; it must be int64")]
    [InlineData("""{"spend":[3],"user_id":[1e30]}""", "entities.user_id[0] is 1e30; it must be int64")]
    [InlineData("""{"spend":[3],"user_id":[NaN]}""", "entities.user_id[0] is null; it must be int64")]
    [InlineData("""{"spend":[-Infinity],"user_id":[1]}""", "entities.spend[0] is '-Infinity'; it must be double, a finite number")]
    public async Task Numbers_that_the_type_cannot_hold_are_refused_however_they_are_written(string entities, string detail)
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, body) = await host.PostAsync("/get-online-features", $$"""{"features":["ratio:ratio"],"entities":{{entities}}}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, detail), (status, JsonDocument.Parse(body).RootElement.GetProperty("detail").GetString()));
    }

    [Theory]
    [InlineData("1.0")]
    [InlineData("1")]
    public async Task A_whole_number_of_an_input_may_be_written_as_a_float(string count)
    {
        await using var host = await FeatureHost.StartAsync();
        host.Apply(FeatureModel.Definitions.DefinitionFiles.ReadBody(
            """{"featureViews":[{"name":"counted","kind":"onDemand","entities":["user"],"inputs":["score"],"requestInputs":[{"name":"n","type":"int64"},{"name":"m","type":"int32"}],"features":[{"name":"sum","type":"int64","expression":"n + m"},{"name":"half","type":"double","expression":"score.score / 2"}]}]}"""u8.ToArray(), "test").Definitions);
        var (status, body) = await host.PostAsync("/get-online-features", $$"""{"features":["counted:sum"],"entities":{"user_id":[1],"n":[{{count}}],"m":[{{count}}]} }""");
        Assert.True(status == HttpStatusCode.OK, body);
        Assert.Equal("2", JsonDocument.Parse(body).RootElement.GetProperty("results")[1].GetProperty("values")[0].GetRawText());
    }

    [Fact]
    public async Task Feasts_health_is_a_status_without_a_body_and_good_once_the_features_have_caught_up()
    {
        await using var host = await FeatureHost.StartAsync();
        Assert.Equal((HttpStatusCode.ServiceUnavailable, ""), await HealthAsync(host));
        await host.PushAsync("score_push", Scores, 3);
        for (var i = 0; i < 100 && !host.Platform.HasCaughtUp; i++) await host.Platform.StepAsync(TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.OK, ""), await HealthAsync(host));
    }

    [Fact]
    public async Task Values_of_every_type_are_as_Feast_writes_them()
    {
        await using var host = await FeatureHost.StartAsync();
        await host.PushAsync("type_push", TypedRow.Frame, 1);
        var (_, body) = await host.PostAsync("/get-online-features", """{"features":["types"],"entities":{"user_id":[1]}}""");
        var values = JsonDocument.Parse(body).RootElement.GetProperty("results").EnumerateArray().Skip(1).Select(r => r.GetProperty("values")[0].GetRawText());
        Assert.Equal(TypedRow.Values.Select((v, i) => TypedRow.FeastValues.GetValueOrDefault(i, v)), values);
    }

    [Theory]
    [InlineData("", 422, "the body is not JSON that can be read here: ")]
    [InlineData("[]", 422, "the body is an array; it must be an object with entities, features, feature_service, full_feature_names, include_feature_view_version_metadata")]
    [InlineData("""{"features":["score"]}""", 422, "entities is missing; it must be an object with an array for each join key")]
    [InlineData("""{"entities":{"user_id":[1]}}""", 422, "features is missing; features or feature_service must say which features are asked for")]
    [InlineData("""{"features":["nothing:x"],"entities":{"user_id":[1]}}""", 404, "features[0] is 'nothing:x'; there is no feature view 'nothing'")]
    [InlineData("""{"feature_service":"nothing","entities":{"user_id":[1]}}""", 404, "feature service is 'nothing'; there is none of that name")]
    [InlineData("""{"features":["score:score"],"entities":{"user":[1]}}""", 422, "entities has no 'user_id', which feature view 'score' needs as int64")]
    [InlineData("""{"features":["score:score"],"entities":{"user_id":["1"]}}""", 422, "entities.user_id[0] is '1'; it must be int64")]
    [InlineData("""{"features":["score:a_string","types:a_string"],"entities":{"user_id":[1]}}""", 422, "features has 'a_string' of score and types; full_feature_names must be true to tell them apart")]
    [InlineData("""{"features":["score"],"entities":{"user_id":[1]},"full_feature_names":1}""", 422, "full_feature_names is 1; it must be true or false")]
    [InlineData("""{"features":["score"],"entities":{"user_id":[1,2,3,4,5]}}""", 422, "entities has 5 entities; at most 4 are taken in one request")]
    public async Task What_cannot_be_answered_is_told_as_detail(string body, int code, string detail)
    {
        await using var host = await FeatureHost.StartAsync(maxEntities: 4);
        var (status, answer) = await host.PostAsync("/get-online-features", body);
        Assert.StartsWith(detail, JsonDocument.Parse(answer).RootElement.GetProperty("detail").GetString());
        Assert.Equal(code, (int)status);
    }

    [Fact]
    public async Task Names_that_collide_are_told_apart_by_their_view()
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, body) = await host.PostAsync("/get-online-features", """{"features":["score:a_string","types:a_string"],"entities":{"user_id":[1]},"full_feature_names":true}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.StartsWith("""{"metadata":{"feature_names":["user_id","score__a_string","types__a_string"]}""", body);
    }

    [Theory]
    [InlineData("/get-online-features")]
    [InlineData("/push")]
    [InlineData("/write-to-online-store")]
    public async Task Feasts_calls_are_posted(string path)
    {
        await using var host = await FeatureHost.StartAsync();
        using var reply = await host.Plain.GetAsync(path, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        Assert.Equal("""{"detail":"Method Not Allowed"}""", await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["POST"], reply.Content.Headers.Allow);
    }

    private static async Task<(HttpStatusCode Status, string Body)> HealthAsync(FeatureHost host)
    {
        using var reply = await host.Plain.GetAsync("/health", TestContext.Current.CancellationToken);
        return (reply.StatusCode, await reply.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
