using System.Net;
using System.Text.Json;
using Appliance.Host.Rest;

namespace Appliance.Host.Tests.Features;

public sealed class FeaturesErrorTests
{
    [Theory]
    [InlineData("", 400, "entity", "entity is missing; it must name the entity whose features are asked for")]
    [InlineData("?entity=nobody&id=1", 404, "entity", "entity is 'nobody'; there is none of that name; known are shop, user")]
    [InlineData("?entity=user", 400, "id", "id is missing; it must be the int64 'user_id' of the entity")]
    [InlineData("?entity=user&id=x1", 400, "id", "id is 'x1'; it must be int64")]
    [InlineData("?entity=user&id=1&id=2", 400, "id", "id is given 2 times; it must be given once")]
    [InlineData("?entity=user&id=1&id.user_id=1", 400, "id.user_id", "id and id.user_id are both given; one is enough")]
    [InlineData("?entity=user&id.shop=1", 400, "id.shop", "id.shop is given; entity 'user' has the join key user_id")]
    [InlineData("?entity=user&id=1&feature=score", 400, "feature", "feature is not a parameter of this call; the parameters are entity, id, id.<join key>, features, featureService")]
    [InlineData("?entity=user&id=1&features=scor:score", 404, "features", "features[0] is 'scor:score'; there is no feature view 'scor'; did you mean 'score'?")]
    [InlineData("?entity=user&id=1&features=score:scare", 404, "features", "features[0] is 'score:scare'; feature view 'score' has no feature 'scare'; did you mean 'score'?")]
    [InlineData("?entity=user&id=1&features=score:score,score:score", 400, "features", "features has 'score:score' more than once; each must be asked for once")]
    [InlineData("?entity=user&id=1&features=score&featureService=scores", 400, "features", "features and featureService are both given; one of them must say which features are asked for")]
    [InlineData("?entity=user&id=1&featureService=score", 404, "featureService", "feature service is 'score'; there is none of that name; did you mean 'scores'?")]
    [InlineData("?entity=user&id=1&features=pair:visits", 400, "features", "entities has no 'shop_code', which feature view 'pair' needs as string: it is no feature of entity 'user' alone")]
    [InlineData("?entity=user&id=1&features=ratio", 400, "requestInputs", "requestInputs has no 'spend', which feature view 'ratio' needs as double; POST /api/features takes it in requestInputs, an array with a value for each entity")]
    public async Task A_query_that_cannot_be_answered_is_told_why(string query, int code, string? field, string message)
    {
        await using var host = await FeatureHost.StartAsync();
        Check(await host.GetAsync($"/api/features{query}"), code, field, message);
    }

    [Theory]
    [InlineData("", 400, null, "the body is not JSON that can be read here: ")]
    [InlineData("[]", 400, null, "the body is an array; it must be an object with entity, ids, entities, features, featureService, requestInputs")]
    [InlineData("""{"entity":"user"}""", 400, "ids", "ids is missing; it must be an array with the key of each entity")]
    [InlineData("""{"ids":[1]}""", 400, "entity", "entity is missing; it must name the entity whose ids are given")]
    [InlineData("""{"features":["score"]}""", 400, "entities", "entities is missing; it must be an object with an array for each join key")]
    [InlineData("""{"entities":{"user_id":[1]}}""", 400, "features", "features is missing; features or featureService must say which features are asked for")]
    [InlineData("""{"entity":"user","ids":[1],"entities":{"user_id":[1]}}""", 400, "ids", "ids and entities are both given; one of them must say whose features are asked for")]
    [InlineData("""{"entity":"user","ids":[1],"features":["score"],"featureService":"scores"}""", 400, "features", "features and featureService are both given; one of them must say which features are asked for")]
    [InlineData("""{"entity":"user","ids":[1],"features":[]}""", 400, "features", "features is empty; it must name at least one feature as view:feature")]
    [InlineData("""{"entity":"user","ids":[1],"features":"score"}""", 400, "features", "features is \"score\"; it must be an array of view:feature")]
    [InlineData("""{"entity":"user","ids":[1],"features":["score",7]}""", 400, "features[1]", "features[1] is 7; it must be text, view:feature")]
    [InlineData("""{"entity":"user","ids":[1],"features":["\ud800"]}""", 400, "features[0]", "features[0] is not valid Unicode text")]
    [InlineData("""{"entity":7,"ids":[1]}""", 400, "entity", "entity is 7; it must be a name")]
    [InlineData("""{"entity":"user","ids":7}""", 400, "ids", "ids is 7; it must be an array with a value for each entity")]
    [InlineData("""{"entity":"user","ids":[1,"2"]}""", 400, "ids[1]", "ids[1] is '2'; it must be int64")]
    [InlineData("""{"entity":"user","ids":[1.5]}""", 400, "ids[0]", "ids[0] is 1.5; it must be int64")]
    [InlineData("""{"entity":"user","ids":[null]}""", 400, "ids[0]", "ids[0] is null; it must be int64")]
    [InlineData("""{"entity":"user","ids":[1],"id":2}""", 400, "id", "id is not a member of a request; the members are entity, ids, entities, features, featureService, requestInputs")]
    [InlineData("""{"entity":"user","ids":[1],"ids":[2]}""", 400, "ids", "ids is given twice")]
    [InlineData("""{"entities":{"user_id":[1],"user_id":[2]},"features":["score"]}""", 400, "entities.user_id", "entities.user_id is given twice")]
    [InlineData("""{"entities":{"user_id":1},"features":["score"]}""", 400, "entities.user_id", "entities.user_id is 1; it must be an array with a value for each entity")]
    [InlineData("""{"entities":{"user_id":[1,2],"shop_code":["A"]},"features":["pair"]}""", 400, "entities.shop_code", "entities.shop_code has 1 values and entities.user_id has 2; every column must have one value for each entity")]
    [InlineData("""{"entity":"user","ids":[1,2],"features":["ratio"],"requestInputs":{"spend":[1]}}""", 400, "requestInputs.spend", "requestInputs.spend has 1 values and ids has 2; every column must have one value for each entity")]
    [InlineData("""{"entity":"user","ids":[1],"features":["pair:visits"]}""", 400, "features", "entities has no 'shop_code', which feature view 'pair' needs as string: it is no feature of entity 'user' alone")]
    [InlineData("""{"entities":{"user_id":[1]},"features":["pair:visits"]}""", 400, "entities", "entities has no 'shop_code', which feature view 'pair' needs as string")]
    [InlineData("""{"entity":"user","ids":[1],"features":["ratio"],"requestInputs":{"spend":["much"]}}""", 400, "requestInputs.spend[0]", "requestInputs.spend[0] is 'much'; it must be double, a finite number")]
    [InlineData("""{"entity":"user","ids":[1],"requestInputs":[]}""", 400, "requestInputs", "requestInputs is an array; it must be an object of columns, an array for each")]
    [InlineData("""{"entities":{"user_id":[1],"other":[[1]]},"features":["score"]}""", 400, "entities.other[0]", "entities.other[0] is an array; it must be a single value")]
    [InlineData("""{"entity":"user","ids":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}""", 400, null, "the body is not JSON that can be read here: ")]
    public async Task A_body_that_cannot_be_answered_is_told_why(string body, int code, string? field, string message)
    {
        await using var host = await FeatureHost.StartAsync();
        Check(await host.PostAsync("/api/features", body), code, field, message);
    }

    [Fact]
    public async Task More_entities_than_are_taken_are_refused_by_their_number()
    {
        await using var host = await FeatureHost.StartAsync();
        var ids = string.Join(",", Enumerable.Range(0, 1_000_000));
        Check(await host.PostAsync("/api/features", $$"""{"entity":"user","ids":[{{ids}}]}"""), 400, "ids", "ids has 1000000 entities; at most 10000 are taken in one request");
        Check(await host.PostAsync("/api/features", $$"""{"entities":{"user_id":[{{ids}}]},"features":["score"]}"""), 400, "entities", "entities has 1000000 entities; at most 10000 are taken in one request");
    }

    [Fact]
    public async Task An_entity_without_views_of_its_own_needs_features()
    {
        await using var host = await FeatureHost.StartAsync();
        host.Apply(FeatureModel.Definitions.DefinitionFiles.ReadBody("{\"entities\":[{\"name\":\"lone\",\"joinKeys\":[{\"name\":\"lone_id\",\"type\":\"int64\"},{\"name\":\"part\",\"type\":\"string\"}]}]}"u8.ToArray(), "test").Definitions);
        Check(await host.GetAsync("/api/features?entity=lone&id.lone_id=1&id.part=a"), 400, "features", "entity 'lone' has no feature views that need its join keys alone; features must name those that are asked for");
        Check(await host.GetAsync("/api/features?entity=lone&id=1"), 400, "id", "id is given; entity 'lone' has the join keys lone_id, part, so each must be given as id.<join key>");
        Check(await host.GetAsync("/api/features?entity=lone&id.lone_id=1"), 400, "id.part", "id.part is missing; it must be the string 'part' of the entity");
        Check(await host.PostAsync("/api/features", """{"entity":"lone","ids":[1],"features":["score"]}"""), 400, "ids", "ids is given; entity 'lone' has the join keys lone_id, part, so entities must have a column for each");
    }

    [Fact]
    public async Task A_key_of_64_KB_is_refused()
    {
        await using var host = await FeatureHost.StartAsync();
        Check(await host.PostAsync("/api/features", $$"""{"entity":"shop","ids":["{{new string('k', 65_536)}}"]}"""), 400, "ids[0]", "ids[0] has 65536 characters; at most 16384 are taken in a key");
    }

    [Theory]
    [InlineData("k", 65_536)]
    [InlineData("%E9%94%AE", 21_846)]
    public async Task A_key_of_64_KB_in_a_query_is_refused_in_the_same_envelope(string part, int times)
    {
        await using var host = await FeatureHost.StartAsync();
        var key = string.Concat(Enumerable.Repeat(part, times));
        Check(await host.GetAsync($"/api/features?entity=shop&id={key}"), 400, "id", $"id has {times} characters; at most 16384 are taken in a key");
    }

    [Theory]
    [InlineData("7")]
    [InlineData("[1,[2]]")]
    [InlineData("""{"a":1}""")]
    [InlineData("null")]
    public async Task An_input_that_the_features_do_not_use_is_passed_over_whatever_it_is(string value)
    {
        await using var host = await FeatureHost.StartAsync();
        var (status, body) = await host.PostAsync("/api/features", $$"""{"entity":"user","ids":[1],"features":["score:score"],"requestInputs":{"other":[{{value}}]} }""");
        Assert.True(status == HttpStatusCode.OK, body);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_refused()
    {
        await using var host = await FeatureHost.StartAsync(rest: new RestOptions { MaxRequestBytes = 2048 });
        Check(await host.PostAsync("/api/features", $$"""{"entity":"user","ids":[1],"features":["{{new string('x', 3000)}}"]}"""), 413, null, "the request body is larger than the 2048 bytes that Rest:MaxRequestBytes allows");
    }

    [Fact]
    public async Task Other_methods_are_answered_with_those_that_there_are()
    {
        await using var host = await FeatureHost.StartAsync();
        using var reply = await host.Http.DeleteAsync("/api/features", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, reply.StatusCode);
        Assert.Equal(["GET", "POST"], reply.Content.Headers.Allow.Order());
    }

    private static void Check((HttpStatusCode Status, string Body) answer, int code, string? field, string message)
    {
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.StartsWith(message, body.GetProperty("message").GetString());
        Assert.Equal(code, (int)answer.Status);
        Assert.Equal(code, body.GetProperty("code").GetInt32());
        Assert.Equal(field, body.TryGetProperty("field", out var named) ? named.GetString() : null);
    }
}
