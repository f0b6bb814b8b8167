using System.Net;
using System.Text;

namespace EndToEnd.Tests.Business;

/// <summary>Requests by name that are wrong: the envelope with the HTTP status as its code, a sentence, and the field at fault.</summary>
public sealed class PredictErrorTests(BusinessAppliance business)
{
    // A request to a model, the message and the field.
    public static TheoryData<string, string, string, string?> BadRequests => new()
    {
        { "koc-potential", """{"features":{"consumption_amuont":5,"share_count":10}}""", "features.consumption_amuont is not a feature of model 'koc-potential'; did you mean 'consumption_amount'?", "features.consumption_amuont" },
        { "koc-potential", """{"features":{"shareCount":10}}""", "did you mean 'share_count'?", "features.shareCount" },
        { "koc-potential", """{"features":{"消费":10}}""", "features.消费 is not a feature of model 'koc-potential'; its features are 'consumption_amount', 'share_count', 'social_interaction_score'", "features.消费" },
        { "koc-potential", """{"features":{"consumption_amount":1}}""", "features.share_count is missing; it must be a number, and model 'koc-potential' has no default for it", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":"ten"}}""", "features.share_count is \"ten\"; it must be a number", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":"NaN"}}""", "features.share_count is \"NaN\"; it must be a number", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":[1]}}""", "features.share_count is an array; it must be a number", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":{}}}""", "features.share_count is an object; it must be a number", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":true}}""", "features.share_count is true; it must be a number", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":1e400}}""", "features.share_count is", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":-4e38}}""", "features.share_count is -4E+38; it must be between", "features.share_count" },
        { "koc-potential", """{"features":{"consumption_amount":1,"share_count":1,"share_count":2}}""", "features.share_count is given twice", "features.share_count" },
        { "koc-potential", """{"features":{},"features":{}}""", "features is given twice", "features" },
        { "koc-potential", """{"features":[]}""", "features is an array; it must be an object of feature names and values", "features" },
        { "koc-potential", """{"features":null}""", "features is null", "features" },
        { "koc-potential", """{"userId":1}""", "features is missing", "features" },
        { "koc-potential", """{"userId":[1],"features":{}}""", "userId is an array; it must be a number or a string", "userId" },
        { "koc-potential", """{"user_id":1,"features":{}}""", "user_id is not a member of a request; the members are userId, entity, features, explain, requestId and version", "user_id" },
        { "koc-potential", """{"version":"2","features":{}}""", "version is \"2\"; it must be a whole number from 1", "version" },
        { "koc-potential", """[{"features":{"consumption_amount":1,"share_count":1}},{"features":{"consumption_amount":1,"share_count":"x"}}]""", "[1].features.share_count is \"x\"; it must be a number", "[1].features.share_count" },
        { "koc-potential", """[{"features":{"consumption_amount":1,"share_count":1}},7]""", "[1] is 7; it must be an object with features", "[1]" },
        { "koc-potential", "[]", "the request holds no row; it must hold 1 to 256", null },
        { "koc-potential", "", "the body is not JSON that can be read here", null },
        { "koc-potential", "{", "the body is not JSON that can be read here", null },
        { "koc-potential", """{"features":{"consumption_amount":NaN}}""", "the body is not JSON that can be read here", null },
        { "koc-potential", "\"text\"", "the body is \"text\"; it must be an object with features, or an array of them", null },
        { "visit", """{"features":{"member":1}}""", "features.member is 1; it must be true or false", "features.member" },
        { "visit", """{"features":{"member":"true"}}""", "features.member is \"true\"; it must be true or false", "features.member" },
        { "visit", """{"features":{"member":null}}""", "features.member is null; it must be true or false", "features.member" },
        { "visit", """{"features":{"member":true,"visits":1.5}}""", "features.visits is 1.5; it must be a whole number", "features.visits" },
        { "visit", """{"features":{"member":true,"visits":9223372036854775808}}""", "features.visits is", "features.visits" },
        { "visit", """{"features":{"member":true,"visits":null}}""", "features.visits is null; it must be a whole number", "features.visits" },
        { "visit", """{"features":{"member":true,"city":7}}""", "features.city is 7; it must be a string", "features.city" },
        { "visit", """{"features":{"member":true,"city":"\ud800"}}""", "features.city is not valid Unicode text", "features.city" },
        { "plain", """{"features":{"INPUT0":1}}""", "model 'plain' cannot be scored by name: input 'INPUT0' takes 64 values a row", null },
    };

    [Theory, MemberData(nameof(BadRequests), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_request_is_told_what_is_wrong_and_where(string model, string json, string message, string? field)
    {
        var (status, body) = await business.PredictAsync(model, json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(message, body.GetProperty("message").GetString());
        Assert.Equal(field, body.TryGetProperty("field", out var named) ? named.GetString() : null);
        Assert.False(body.TryGetProperty("data", out _));
    }

    [Theory]
    [InlineData("nobody", "{\"features\":{}}", "Request for unknown model: 'nobody' is not found")]
    [InlineData("koc-potential", "{\"version\":9,\"features\":{}}", "Request for unknown model: 'koc-potential' version 9 is not found")]
    public async Task An_unknown_model_or_version_is_not_found(string model, string json, string message)
    {
        var (status, body) = await business.PredictAsync(model, json);
        Assert.Equal((HttpStatusCode.NotFound, message), (status, body.GetProperty("message").GetString()));
    }

    [Fact]
    public async Task Ten_thousand_rows_are_refused_by_the_number_that_the_model_takes()
    {
        var rows = string.Join(",", Enumerable.Repeat("""{"features":{"consumption_amount":1,"share_count":1}}""", 10_000));
        var (status, body) = await business.PredictAsync(BusinessModels.Koc, $"[{rows}]");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("the request holds more than 256 rows, which is all that model 'koc-potential' takes at once", body.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData(0, HttpStatusCode.OK)]
    [InlineData(1, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_of_a_body_is_exact_and_named(int over, HttpStatusCode expected)
    {
        const int Limit = 1024 * 1024;
        var appliance = await business.StartedAsync();
        var json = """{"features":{"consumption_amount":1,"share_count":1}}""".PadRight(Limit + over);
        foreach (var chunked in new[] { false, true })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/predict/{BusinessModels.Koc}") { Content = new StringContent(json) };
            request.Headers.TransferEncodingChunked = chunked;
            request.Headers.ExpectContinue = !chunked;
            using var response = await appliance.Http.SendAsync(request);
            var (status, body) = await BusinessAppliance.EnvelopeAsync(response);
            Assert.Equal(expected, status);
            if (over > 0) Assert.Equal($"the request body is larger than the {Limit} bytes that Business:MaxBodyBytes allows", body.GetProperty("message").GetString());
        }
    }

    [Fact]
    public async Task A_body_nested_too_deep_is_refused()
    {
        var (status, body) = await business.PredictAsync(BusinessModels.Koc, $$"""{"features":{"consumption_amount":{{new string('[', 100_000)}}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("The maximum configured depth of 16 has been exceeded", body.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_refused()
    {
        var appliance = await business.StartedAsync();
        byte[] json = [.. """{"features":{"member":true,"city":"""u8, (byte)'"', 0xC3, 0x28, (byte)'"', .. "}}"u8];
        var (status, body) = await BusinessAppliance.EnvelopeAsync(await appliance.Http.PostAsync($"/api/predict/{BusinessModels.Visit}", new ByteArrayContent(json)));
        Assert.Equal((HttpStatusCode.BadRequest, "features.city"), (status, body.GetProperty("field").GetString()));
    }

    [Theory]
    [InlineData("PUT", "/api/predict/koc-potential", 405)]
    [InlineData("DELETE", "/api/models", 405)]
    [InlineData("GET", "/api/models/koc-potential/rollback", 405)]
    [InlineData("POST", "/api/models/koc-potential", 405)]
    [InlineData("POST", "/api/models/koc-potential/nothing", 404)]
    [InlineData("GET", "/api/predict", 404)]
    [InlineData("GET", "/api/会员", 404)]
    public async Task A_call_that_is_not_there_is_answered_in_the_envelope(string method, string path, int code)
    {
        var appliance = await business.StartedAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = new StringContent("{}", Encoding.UTF8) };
        using var response = await appliance.Http.SendAsync(request);
        var (status, _) = await BusinessAppliance.EnvelopeAsync(response);
        Assert.Equal(code, (int)status);
        if (code == 405) Assert.NotEmpty(response.Content.Headers.Allow);
    }
}
