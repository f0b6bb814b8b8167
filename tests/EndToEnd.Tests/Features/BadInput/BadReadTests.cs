using System.Net;
using System.Text;
using Contracts.Feast;
using EndToEnd.Tests.Processes;
using EndToEnd.Tests.Rest;
using Grpc.Core;

namespace EndToEnd.Tests.Features.BadInput;

/// <summary>Reads that cannot be answered are told why over every protocol, and the next good one is answered.</summary>
public sealed class BadReadTests(MistreatedFeatures mistreated) : IClassFixture<MistreatedFeatures>
{
    private const int Many = 1_000_000;

    private static readonly string LongKey = new('k', 65_536);

    public static TheoryData<string, string, int, string> Bodies => new()
    {
        { "/api/features", """{"entity":"shopper","ids":[1],"features":["shopper_click:clicks_30d"]}""", 404, "features[0] is 'shopper_click:clicks_30d'; there is no feature view 'shopper_click'; did you mean 'shopper_clicks'?" },
        { "/api/features", """{"entity":"shopper","ids":[1],"features":["shopper_clicks:clicks"]}""", 404, "features[0] is 'shopper_clicks:clicks'; feature view 'shopper_clicks' has no feature 'clicks'" },
        { "/api/features", """{"entity":"shoper","ids":[1]}""", 404, "entity is 'shoper'; there is none of that name; did you mean 'shopper'?" },
        { "/api/features", """{"entity":"shopper","ids":[1],"featureService":"none"}""", 404, "feature service is 'none'; there is none of that name" },
        { "/api/features", """{"entity":"shopper","ids":["1"]}""", 400, "ids[0] is '1'; it must be int64" },
        { "/api/features", """{"entity":"shopper","ids":[1.5]}""", 400, "ids[0] is 1.5; it must be int64" },
        { "/api/features", """{"entity":"place","ids":[7]}""", 400, "ids[0] is 7; it must be string" },
        { "/api/features", """{"entity":"shopper","ids":[1],"features":["shopper_half"]}""", 400, "requestInputs has no 'part', which feature view 'shopper_half' needs as double" },
        { "/api/features", """{"entity":"shopper","ids":[1],"features":["shopper_half"],"requestInputs":{"part":["x"]}}""", 400, "requestInputs.part[0] is 'x'; it must be double, a finite number" },
        { "/api/features", """{"entity":"shopper","ids":[1]""", 400, "the body is not JSON that can be read here: " },
        { "/get-online-features", """{"features":["shopper_click:clicks_30d"],"entities":{"shopper_id":[1]}}""", 404, "features[0] is 'shopper_click:clicks_30d'; there is no feature view 'shopper_click'" },
        { "/get-online-features", """{"features":["shopper_clicks:clicks_30d"],"entities":{"shopper_id":["1"]}}""", 422, "entities.shopper_id[0] is '1'; it must be int64" },
        { "/get-online-features", """{"features":["shopper_clicks:clicks_30d"],"entities":{"shopper":[1]}}""", 422, "entities has no 'shopper_id', which feature view 'shopper_clicks' needs as int64" },
        { "/push", """{"push_source_name":"profile","df":{"shopper_id":[1],"level":[1],"note":["x"]}}""", 404, "push_source_name is 'profile'; there is no source of that name; did you mean 'profiles'?" },
        { "/push", """{"push_source_name":"profiles","df":{"shopper_id":[1],"level":["high"],"note":["x"]}}""", 422, "df.level[0] is 'high'; it must be int64" },
        { "/push", """{"push_source_name":"clicks","df":{"shopper_id":[1],"units":[1]}}""", 422, "source 'clicks' has no batch feature views, which are those that take rows" },
        { "/write-to-online-store", """{"feature_view_name":"place_size","df":{"code":["a"],"area":["large"]}}""", 422, "df.area[0] is 'large'; it must be float, a finite number" },
        { "/write-to-online-store", """{"feature_view_name":"place_sise","df":{"code":["a"],"area":[1]}}""", 404, "feature_view_name is 'place_sise'; there is no feature view of that name; did you mean 'place_size'?" },
    };

    [Theory, MemberData(nameof(Bodies))]
    public async Task A_body_that_cannot_be_answered_is_told_why(string path, string body, int status, string sentence) => await RefusedAsync(path, body, status, sentence);

    [Theory]
    [InlineData("/api/features", """{"entity":"place","ids":["KEY"]}""", 400, "ids[0] has 65536 characters; at most 16384 are taken in a key")]
    [InlineData("/get-online-features", """{"features":["place_size:area"],"entities":{"code":["KEY"]}}""", 422, "entities.code[0] has 65536 characters; at most 16384 are taken in a key")]
    [InlineData("/push", """{"push_source_name":"places","df":{"code":["KEY"],"area":[1]}}""", 422, "df.code[0] has 65536 bytes; a key must have 1 to 1024")]
    [InlineData("/api/events", """{"source":"clicks","type":"click","entity":{"shopper_id":"KEY"},"time":"2026-01-01T00:00:00Z","data":{}}""", 400, "event.entity.shopper_id is \"kkk")]
    public async Task A_key_of_64_KB_is_refused(string path, string body, int status, string sentence) => await RefusedAsync(path, body.Replace("KEY", LongKey), status, sentence);

    [Fact]
    public async Task A_key_of_64_KB_in_a_query_is_refused()
    {
        var appliance = await mistreated.StartedAsync();
        using var response = await appliance.Http.GetAsync($"/api/features?entity=place&id={LongKey}");
        var reply = await RestReply.ReadAsync(response);
        Assert.Equal((HttpStatusCode.BadRequest, "id has 65536 characters; at most 16384 are taken in a key"), (reply.Status, reply.Body.GetProperty("message").GetString()));
        await mistreated.IsUnharmedAsync();
    }

    [Theory]
    [InlineData("/api/features", """{"entity":"shopper","ids":[IDS]}""", 400, "ids has 1000000 entities; at most 10000 are taken in one request")]
    [InlineData("/api/features", """{"entities":{"shopper_id":[IDS]},"features":["shopper_clicks"]}""", 400, "entities has 1000000 entities; at most 10000 are taken in one request")]
    [InlineData("/get-online-features", """{"features":["shopper_clicks"],"entities":{"shopper_id":[IDS]}}""", 422, "entities has 1000000 entities; at most 10000 are taken in one request")]
    [InlineData("/push", """{"push_source_name":"profiles","df":{"shopper_id":[IDS],"level":[IDS],"note":[IDS]}}""", 422, "df has 1000000 rows; at most 100000 are taken in one request")]
    public async Task A_million_ids_in_one_request_are_refused_by_their_number(string path, string body, int status, string sentence) =>
        await RefusedAsync(path, body.Replace("IDS", string.Join(',', Enumerable.Range(0, Many))), status, sentence);

    [Fact]
    public async Task The_same_over_Feasts_grpc()
    {
        var appliance = await mistreated.StartedAsync();
        var serving = new ServingService.ServingServiceClient(appliance.Channel);
        (StatusCode, string, GetOnlineFeaturesRequest)[] requests =
        [
            (StatusCode.NotFound, "features[0] is 'shopper_click'; there is no feature view 'shopper_click'; did you mean 'shopper_clicks'?", Ask("shopper_click", "shopper_id", Number(1))),
            (StatusCode.NotFound, "feature service is 'none'; there is none of that name", new GetOnlineFeaturesRequest { FeatureService = "none" }),
            (StatusCode.InvalidArgument, "entities.shopper_id[0] is '1'; it must be int64", Ask("shopper_clicks", "shopper_id", new Value { StringVal = "1" })),
            (StatusCode.InvalidArgument, "entities.code[0] has 65536 characters; at most 16384 are taken in a key", Ask("place_size", "code", new Value { StringVal = LongKey })),
            (StatusCode.InvalidArgument, "1000000 entities are asked for; at most 10000 are taken in one request", Ask("shopper_clicks", "shopper_id", [.. Enumerable.Range(0, Many).Select(i => Number(i))])),
            (StatusCode.InvalidArgument, "the request names neither feature_service nor features", new GetOnlineFeaturesRequest()),
        ];
        foreach (var (code, sentence, request) in requests)
        {
            var status = await ApplianceCalls.RefusalAsync(async () => await serving.GetOnlineFeaturesAsync(request, deadline: ApplianceCalls.Deadline));
            Assert.StartsWith(sentence, status.Detail);
            Assert.Equal(code, status.StatusCode);
        }
        var good = await serving.GetOnlineFeaturesAsync(Ask("shopper_clicks", "shopper_id", Number(1)), deadline: ApplianceCalls.Deadline);
        Assert.Equal(FieldStatus.NotFound, good.Results[1].Statuses[0]);
        await mistreated.IsUnharmedAsync();
    }

    [Fact]
    public async Task Each_status_is_given_where_it_holds()
    {
        var appliance = await mistreated.StartedAsync();
        var (fresh, empty, old) = (mistreated.NextShopper(), mistreated.NextShopper(), mistreated.NextShopper());
        var now = FeatureCalls.NowMicros();
        var reply = await appliance.PostAsync("/push", $$"""
            {"push_source_name":"profiles","df":{"shopper_id":[{{fresh}},{{empty}},{{old}}],"level":[1,null,3],"note":["a","b","c"],
            "event_timestamp":["{{FeatureCalls.Moment(now)}}","{{FeatureCalls.Moment(now)}}","{{FeatureCalls.Moment(now - (25 * 3_600_000_000L))}}"]} }
            """);
        Assert.True(reply.Status == HttpStatusCode.OK, reply.Body.GetRawText());
        await appliance.AppliedAsync(ShopDefinitions.Entity, old, ShopDefinitions.Level, "3");
        var found = await appliance.ReadFeaturesAsync(ShopDefinitions.Entity, [fresh, empty, old, mistreated.NextShopper()], ShopDefinitions.Level);
        Assert.Equal([("1", "PRESENT"), (null, "NULL_VALUE"), ("3", "OUTSIDE_MAX_AGE"), (null, "NOT_FOUND")], found.Select(f => (f.Value(ShopDefinitions.Level), f.Status(ShopDefinitions.Level))));
        var feast = await appliance.PostAsync("/get-online-features", $$"""{"features":["{{ShopDefinitions.Level}}"],"entities":{"shopper_id":[{{fresh}},{{empty}},{{old}},1]} }""");
        Assert.Equal(["PRESENT", "NULL_VALUE", "OUTSIDE_MAX_AGE", "NOT_FOUND"], feast.Body.GetProperty("results")[1].GetProperty("statuses").EnumerateArray().Select(s => s.GetString()));
    }

    private async Task RefusedAsync(string path, string body, int status, string sentence)
    {
        var appliance = await mistreated.StartedAsync();
        using var response = await appliance.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
        var reply = await RestReply.ReadAsync(response);
        Assert.StartsWith(sentence, reply.Body.GetProperty(path.StartsWith("/api", StringComparison.Ordinal) ? "message" : "detail").GetString());
        Assert.Equal(status, (int)reply.Status);
        await mistreated.IsUnharmedAsync();
    }

    private static GetOnlineFeaturesRequest Ask(string features, string key, params Value[] ids) =>
        new() { Features = new FeatureList { Val = { features } }, Entities = { [key] = new RepeatedValue { Val = { ids } } } };

    private static Value Number(long value) => new() { Int64Val = value };
}
