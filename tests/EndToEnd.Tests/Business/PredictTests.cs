using System.Net;
using System.Text.Json;

namespace EndToEnd.Tests.Business;

/// <summary>POST /api/predict: named features in, named scores out.</summary>
public sealed class PredictTests(BusinessAppliance business)
{
    private const string Example = """{"userId":12345,"features":{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}}""";

    [Fact]
    public async Task The_example_is_answered_with_score_level_version_id_and_timings()
    {
        var (status, body) = await business.PredictAsync(BusinessModels.Koc, Example);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["code", "data", "modelVersion", "requestId", "timings"], Names(body));
        Assert.Equal(["koc_potential", "level"], Names(body.GetProperty("data")));
        Assert.Equal(BusinessModels.KocScore(500, 10, 0.8, bias: 1), Score(body.GetProperty("data")), 1e-6);
        Assert.Equal("high", body.GetProperty("data").GetProperty("level").GetString());
        Assert.Equal("2", body.GetProperty("modelVersion").GetString());
        Assert.Equal(["decodeMs", "featuresMs", "queueMs", "inferMs", "encodeMs", "totalMs"], Names(body.GetProperty("timings")));
        Assert.All(body.GetProperty("timings").EnumerateObject(), t => Assert.InRange(t.Value.GetDouble(), 0, 60_000));
    }

    [Theory]
    [InlineData(500, "high")]
    [InlineData(250, "medium")]
    [InlineData(0, "low")]
    public async Task The_level_is_the_band_of_the_score(int amount, string level)
    {
        var (_, body) = await business.PredictAsync(BusinessModels.Koc, $$"""{"version":1,"features":{"consumption_amount":{{amount}},"share_count":10,"social_interaction_score":0.5} }""");
        Assert.Equal(BusinessModels.KocScore(amount, 10), Score(body.GetProperty("data")), 1e-6);
        Assert.Equal(level, body.GetProperty("data").GetProperty("level").GetString());
    }

    [Fact]
    public async Task A_feature_that_is_left_out_takes_its_default()
    {
        var (_, without) = await business.PredictAsync(BusinessModels.Koc, """{"features":{"consumption_amount":100,"share_count":2}}""");
        var (_, with) = await business.PredictAsync(BusinessModels.Koc, """{"features":{"consumption_amount":100,"share_count":2,"social_interaction_score":0.5}}""");
        Assert.Equal(BusinessModels.KocScore(100, 2, bias: 1), Score(without.GetProperty("data")), 1e-6);
        Assert.Equal(with.GetProperty("data").GetRawText(), without.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task An_array_is_answered_with_an_array_in_its_order()
    {
        var rows = string.Join(",", Enumerable.Range(0, 100).Select(i => $$"""{"userId":"会员{{i}}","features":{"share_count":{{i % 7}},"consumption_amount":{{i * 10}} } }"""));
        var (status, body) = await business.PredictAsync(BusinessModels.Koc, $"[{rows}]");
        Assert.Equal(HttpStatusCode.OK, status);
        var data = body.GetProperty("data").EnumerateArray().ToArray();
        Assert.Equal(100, data.Length);
        Assert.All(data.Index(), r => Assert.Equal(BusinessModels.KocScore(r.Index * 10, r.Index % 7, bias: 1), Score(r.Item), 1e-6));
        Assert.All(data, r => Assert.Contains(r.GetProperty("level").GetString(), new[] { "high", "medium", "low" }));
    }

    [Fact]
    public async Task An_array_of_one_is_answered_with_an_array() =>
        Assert.Equal(1, (await business.PredictAsync(BusinessModels.Koc, $"[{Example}]")).Body.GetProperty("data").GetArrayLength());

    [Fact]
    public async Task A_version_is_scored_by_its_number()
    {
        var (_, body) = await business.PredictAsync(BusinessModels.Koc, Example[..^1] + ",\"version\":1}");
        Assert.Equal("1", body.GetProperty("modelVersion").GetString());
        Assert.Equal(BusinessModels.KocScore(500, 10, 0.8), Score(body.GetProperty("data")), 1e-6);
    }

    [Theory]
    [InlineData("""{"member":true,"visits":7,"city":"上海","spend":0.25}""", "217.25", 7, "true", "上海")]
    [InlineData("""{"member":false,"visits":-7,"spend":1}""", "94", -7, "false", "北京")]
    [InlineData("""{"member":true,"city":"","spend":-1e3}""", "-987", 3, "true", "")]
    [InlineData("""{"member":true,"city":"\u5e7f\u5dde\n\"","spend":12.0}""", "25", 3, "true", "广州\n\"")]
    [InlineData("""{"member":true,"visits":1e2,"spend":0}""", "210", 100, "true", "北京")]
    public async Task Features_of_every_type_reach_the_model_and_come_back(string features, string index, long visits, string member, string city)
    {
        var (status, body) = await business.PredictAsync(BusinessModels.Visit, $$"""{"userId":"会员-一","features":{{features}}}""");
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        var data = body.GetProperty("data");
        Assert.Equal(["index", "visits", "member", "city"], Names(data));
        Assert.Equal((index, visits, member, city), (
            data.GetProperty("index").GetRawText(), data.GetProperty("visits").GetInt64(), data.GetProperty("member").GetRawText(), data.GetProperty("city").GetString()));
    }

    [Fact]
    public async Task A_whole_number_keeps_all_its_digits()
    {
        var (_, body) = await business.PredictAsync(BusinessModels.Visit, """{"features":{"member":true,"visits":9223372036854775807}}""");
        Assert.Equal(long.MaxValue, body.GetProperty("data").GetProperty("visits").GetInt64());
    }

    [Theory]
    [InlineData("""{"member":true}""")]
    [InlineData("""{"member":true,"spend":null}""")]
    public async Task A_missing_number_is_not_a_number_and_so_is_its_score(string features)
    {
        var (status, body) = await business.PredictAsync(BusinessModels.Visit, $$"""{"features":{{features}}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(JsonValueKind.Null, body.GetProperty("data").GetProperty("index").ValueKind);
    }

    [Fact]
    public async Task The_request_id_comes_from_the_body_else_from_the_header()
    {
        var appliance = await business.StartedAsync();
        foreach (var (json, header, expected) in new[] { (Example[..^1] + ",\"requestId\":\"订单-7\"}", "h-1", "订单-7"), (Example, "h-1", "h-1"), ("{}", "h-2", "h-2") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/predict/{BusinessModels.Koc}") { Content = new StringContent(json) };
            request.Headers.Add("X-Request-Id", header);
            using var response = await appliance.Http.SendAsync(request);
            Assert.Equal(expected, (await BusinessAppliance.EnvelopeAsync(response)).Body.GetProperty("requestId").GetString());
            if (expected == header) Assert.Equal([header], response.Headers.GetValues("X-Request-Id"));
        }
    }

    [Fact]
    public async Task What_it_says_of_a_model_is_what_it_takes_and_gives()
    {
        var appliance = await business.StartedAsync();
        var (_, body) = await BusinessAppliance.EnvelopeAsync(await appliance.Http.GetAsync($"/api/predict/{BusinessModels.Visit}"));
        var features = body.GetProperty("data").GetProperty("features");
        Assert.Equal(
            """[{"name":"visits","type":"int64","required":false,"default":3},{"name":"member","type":"bool","required":true,"description":"Whether the visitor has a card."},{"name":"city","type":"string","required":false,"default":"北京"},{"name":"spend","type":"double","required":false,"default":null}]""",
            features.GetRawText());
        (_, body) = await BusinessAppliance.EnvelopeAsync(await appliance.Http.GetAsync($"/api/predict/{BusinessModels.Koc}?version=1"));
        Assert.Equal("1", body.GetProperty("data").GetProperty("modelVersion").GetString());
        Assert.Equal(256, body.GetProperty("data").GetProperty("maxRows").GetInt32());
        Assert.Equal(
            """[{"name":"koc_potential","type":"double","levels":[{"name":"high","min":0.7},{"name":"medium","min":0.3},{"name":"low"}]}]""",
            body.GetProperty("data").GetProperty("outputs").GetRawText());
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer() =>
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var (status, body) = await business.PredictAsync(BusinessModels.Koc, $$"""{"features":{"consumption_amount":{{i}},"share_count":{{i % 7}} },"requestId":"r{{i}}"}""");
            Assert.Equal((HttpStatusCode.OK, $"r{i}"), (status, body.GetProperty("requestId").GetString()));
            Assert.Equal(BusinessModels.KocScore(i, i % 7, bias: 1), Score(body.GetProperty("data")), 1e-6);
        });

    private static double Score(JsonElement row) => row.GetProperty("koc_potential").GetDouble();

    private static IEnumerable<string> Names(JsonElement element) => element.EnumerateObject().Select(m => m.Name);
}
