using System.Net;
using System.Text.Json;
using Appliance.Host.Rest.Business;
using Appliance.Inference.Tensors;
using TestKit;

namespace Appliance.Host.Tests.Business;

public sealed class PredictTests
{
    private const string Path = "/api/predict/koc-potential";
    private const string Example = """{"userId":12345,"features":{"consumption_amount":500,"share_count":10,"social_interaction_score":0.8}}""";

    [Fact]
    public async Task The_answer_has_exactly_the_members_of_the_envelope_in_their_order()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var (status, body) = await host.PostAsync(Path, Example);
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["code", "data", "modelVersion", "requestId", "timings"], Names(body));
        Assert.Equal(200, body.GetProperty("code").GetInt32());
        Assert.Equal(["koc_potential", "level"], Names(body.GetProperty("data")));
        Assert.Equal(((float)instance.Score(500, 10, 0.8f)).ToString("R", System.Globalization.CultureInfo.InvariantCulture), body.GetProperty("data").GetProperty("koc_potential").GetRawText());
        Assert.Equal("high", body.GetProperty("data").GetProperty("level").GetString());
        Assert.Equal("1", body.GetProperty("modelVersion").GetString());
        var timings = body.GetProperty("timings");
        Assert.Equal(["decodeMs", "featuresMs", "queueMs", "inferMs", "encodeMs", "totalMs"], Names(timings));
        var phases = timings.EnumerateObject().Select(t => t.Value.GetDouble()).ToArray();
        Assert.All(phases, p => Assert.InRange(p, 0, 60_000));
        Assert.Equal(phases[5], phases[..5].Sum(), 0.005);
    }

    [Theory]
    [InlineData(1000, "high")]
    [InlineData(400, "medium")]
    [InlineData(0, "low")]
    public async Task The_level_is_the_band_of_the_score(int amount, string level)
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (_, body) = await host.PostAsync(Path, $$"""{"features":{"consumption_amount":{{amount}},"share_count":7} }""");
        Assert.Equal(level, body.GetProperty("data").GetProperty("level").GetString());
    }

    [Fact]
    public async Task An_array_scores_many_rows_in_one_inference_call()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc();
        var rows = Enumerable.Range(0, 8).Select(i => $$"""{"userId":"u{{i}}","features":{"share_count":{{i}},"consumption_amount":{{i * 100}} } }""");
        var (status, body) = await host.PostAsync(Path, $"[{string.Join(",", rows)}]");
        Assert.Equal(HttpStatusCode.OK, status);
        var scores = body.GetProperty("data").EnumerateArray().Select(r => r.GetProperty("koc_potential").GetSingle()).ToArray();
        Assert.Equal(Enumerable.Range(0, 8).Select(i => (float)instance.Score(i * 100, i, 0.5)), scores);
        Assert.Equal(1, instance.Runs);
    }

    [Fact]
    public async Task An_array_of_one_is_answered_with_an_array()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (_, body) = await host.PostAsync(Path, $"[{Example}]");
        Assert.Equal(1, body.GetProperty("data").GetArrayLength());
    }

    [Fact]
    public async Task The_request_id_comes_from_the_body_else_from_the_header_else_it_is_made_up()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var inBody = Example.Replace("{\"userId\"", "{\"requestId\":\"订单-7\",\"userId\"");
        Assert.Equal("订单-7", (await host.PostAsync(Path, inBody, ("X-Request-Id", "from-header"))).Body.GetProperty("requestId").GetString());
        Assert.Equal("from-header", (await host.PostAsync(Path, Example, ("X-Request-Id", "from-header"))).Body.GetProperty("requestId").GetString());
        var first = (await host.PostAsync(Path, Example)).Body.GetProperty("requestId").GetString();
        var second = (await host.PostAsync(Path, Example, ("X-Request-Id", new string('x', 129)))).Body.GetProperty("requestId").GetString();
        Assert.Matches("^[0-9a-f]{20}$", first);
        Assert.Matches("^[0-9a-f]{20}$", second);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task The_request_id_is_returned_in_the_header_of_answers_and_errors()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        foreach (var body in new[] { Example, "{}" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = new StringContent(body) };
            request.Headers.Add("X-Request-Id", "abc-1");
            using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal("abc-1", Assert.Single(response.Headers.GetValues("X-Request-Id")));
            Assert.Equal("abc-1", (await BusinessHost.ReadAsync(response)).GetProperty("requestId").GetString());
        }
    }

    [Fact]
    public async Task A_version_is_scored_by_number_wherever_it_stands_in_the_body()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc(version: 1);
        host.ServeKoc(version: 2);
        Assert.Equal("2", (await host.PostAsync(Path, Example)).Body.GetProperty("modelVersion").GetString());
        var before = Example.Replace("{\"userId\"", "{\"version\":1,\"userId\"");
        var after = Example[..^1] + ",\"version\":1}";
        Assert.Equal("1", (await host.PostAsync(Path, before)).Body.GetProperty("modelVersion").GetString());
        Assert.Equal("1", (await host.PostAsync(Path, after)).Body.GetProperty("modelVersion").GetString());
        Assert.Equal("1", (await host.PostAsync(Path, $"[{Example},{after}]")).Body.GetProperty("modelVersion").GetString());
    }

    [Fact]
    public async Task A_model_without_a_manifest_is_scored_by_its_tensors_names()
    {
        await using var host = await BusinessHost.StartAsync();
        var signature = new ModelSignature(
            [new TensorSpec("age", Datatype.Int64, [1], true), new TensorSpec("city", Datatype.Bytes, [1], true), new TensorSpec("vip", Datatype.Bool, [], true)],
            [new TensorSpec("score", Datatype.FP64, [1], true), new TensorSpec("label", Datatype.Bytes, [1], true), new TensorSpec("both", Datatype.Int64, [2], true), new TensorSpec("yes", Datatype.Bool, [], true)], 4);
        var instance = new LinearModelInstance(signature, 0, 0.1, -0.2, 0.5);
        host.Models.Serve("plain", 3, signature, instance);
        var (status, body) = await host.PostAsync("/api/predict/plain", """{"features":{"vip":true,"age":30,"city":"北京"}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        var data = body.GetProperty("data");
        Assert.Equal(["score", "label", "both[0]", "both[1]", "yes"], Names(data));
        var score = instance.Score(30, 6, 1);
        Assert.Equal(score, data.GetProperty("score").GetDouble());
        Assert.Equal("yes", data.GetProperty("label").GetString());
        Assert.Equal((long)Math.Round(score * 100), data.GetProperty("both[0]").GetInt64());
        Assert.True(data.GetProperty("yes").GetBoolean());
    }

    [Fact]
    public async Task A_score_that_is_no_number_is_null_and_has_no_level()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var (status, body) = await host.PostAsync(Path, """{"features":{"consumption_amount":null,"share_count":1}}""");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("""{"koc_potential":null}""", body.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Names_and_values_may_be_escaped()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var escaped = """{"\u0066eatures":{"consumption\u005famount":500,"share_count":1e1,"social_interaction_score":8E-1}}""";
        Assert.Equal(
            (await host.PostAsync(Path, Example)).Body.GetProperty("data").GetRawText(),
            (await host.PostAsync(Path, escaped)).Body.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task A_body_of_unstated_length_is_read_to_its_end()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc();
        var padded = Example.Replace("{\"userId\"", "{" + new string(' ', 50_000) + "\"userId\"");
        using var content = new StreamContent(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(padded)));
        using var request = new HttpRequestMessage(HttpMethod.Post, Path) { Content = content };
        request.Headers.TransferEncodingChunked = true;
        using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Many_callers_at_once_each_get_their_own_answer()
    {
        await using var host = await BusinessHost.StartAsync();
        var instance = host.ServeKoc(gathers: true);
        await Parallel.ForEachAsync(Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 32, CancellationToken = TestContext.Current.CancellationToken }, async (i, _) =>
        {
            var (status, body) = await host.PostAsync(Path, $$"""{"userId":{{i}},"features":{"consumption_amount":{{i}},"share_count":{{i % 7}}},"requestId":"r{{i}}"}""");
            Assert.Equal(HttpStatusCode.OK, status);
            Assert.Equal($"r{i}", body.GetProperty("requestId").GetString());
            Assert.Equal((float)instance.Score(i, i % 7, 0.5), body.GetProperty("data").GetProperty("koc_potential").GetSingle());
        });
    }

    internal static string[] Names(JsonElement body) => [.. body.EnumerateObject().Select(p => p.Name)];
}
