using System.Net;
using Appliance.Host.Security.Calls;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class RestGuardTests
{
    private const string Predict = "/api/predict/" + KocPotential.Name;
    private const string Row = """{"features":{"consumption_amount":1,"share_count":1}}""";

    private static readonly IPAddress Elsewhere = IPAddress.Parse("10.1.2.3");

    [Fact]
    public async Task Without_keys_everything_is_as_it_was_on_this_machine()
    {
        await using var host = await SecuredHost.OpenAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "", Row)).Status);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, "/v2/repository/models/m/load", "")).Status);
        Assert.Equal(["load m"], host.Lifecycle.Calls);
    }

    [Theory]
    [InlineData("/v2/repository/models/m/load")]
    [InlineData("/v2/repository/models/m/unload")]
    [InlineData("/api/models/m/pin")]
    [InlineData("/api/models/m/rollback")]
    public async Task Without_keys_administration_from_elsewhere_is_refused_by_what_to_configure(string path)
    {
        await using var host = await SecuredHost.OpenAsync();
        host.From = Elsewhere;
        var (status, body, _) = await host.SendAsync(HttpMethod.Post, path, "", """{"version":1}""");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("Security:KeysFile", body);
        Assert.Empty(host.Lifecycle.Calls);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "", Row)).Status);
        Assert.Equal(1, host.Metrics.CallsOf(Refusal.NotLocal));
    }

    [Theory]
    [InlineData("X-Forwarded-For", "10.1.2.3")]
    [InlineData("Forwarded", "for=10.1.2.3")]
    [InlineData("X-Real-IP", "10.1.2.3")]
    [InlineData("Via", "1.1 proxy")]
    [InlineData("X-Forwarded-Proto", "https")]
    public async Task A_proxy_on_this_machine_is_not_taken_for_its_callers(string header, string value)
    {
        await using var host = await SecuredHost.OpenAsync();
        host.Http.DefaultRequestHeaders.Add(header, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, "/v2/repository/models/m/load", "")).Status);
    }

    [Theory]
    [InlineData("127.0.0.9")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public async Task This_machine_has_many_addresses(string address)
    {
        await using var host = await SecuredHost.OpenAsync();
        host.From = IPAddress.Parse(address);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, "/v2/repository/models/m/load", "")).Status);
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    [InlineData("/v2/health/live")]
    [InlineData("/v2/health/ready")]
    public async Task Health_is_anybody_s(string path)
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Get, path, "")).Status);
    }

    [Fact]
    public async Task Who_shows_nothing_or_an_unknown_key_is_not_known()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        var (status, body, response) = await host.SendAsync(HttpMethod.Post, Predict, "", Row);
        Assert.Equal((HttpStatusCode.Unauthorized, "Bearer"), (status, response.Headers.WwwAuthenticate.ToString()));
        Assert.StartsWith("""{"code":401,"message":"the call needs a key""", body);
        (status, body, _) = await host.SendAsync(HttpMethod.Post, "/v2/models/m/infer", "nobody", Row);
        Assert.Equal(HttpStatusCode.Unauthorized, status);
        Assert.Equal("""{"error":"the key is not known here; it may have been removed"}""", body);
        Assert.Equal((1, 1), (host.Metrics.CallsOf(Refusal.NoCredentials), host.Metrics.CallsOf(Refusal.UnknownKey)));
    }

    [Fact]
    public async Task A_bearer_token_is_a_key_too()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score"));
        host.Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + SecuredHost.KeyOf("shop"));
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "", Row)).Status);
    }

    [Theory]
    [InlineData("score", "POST", Predict, 200)]
    [InlineData("score", "GET", "/api/models", 403)]
    [InlineData("score", "POST", "/v2/repository/models/m/load", 403)]
    [InlineData("read", "GET", "/api/models", 200)]
    [InlineData("read", "POST", Predict, 403)]
    [InlineData("read", "POST", "/v2/repository/models/m/unload", 403)]
    [InlineData("operate", "GET", "/v2/models/stats", 200)]
    [InlineData("operate", "POST", "/v2/repository/models/m/load", 200)]
    [InlineData("operate", "POST", Predict, 403)]
    [InlineData("admin", "POST", Predict, 200)]
    [InlineData("admin", "POST", "/v2/repository/models/m/load", 200)]
    public async Task A_role_allows_what_it_is_for(string role, string method, string path, int expected)
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("somebody", role));
        // With keys it does not matter where a caller is.
        host.From = Elsewhere;
        var (status, body, _) = await host.SendAsync(new HttpMethod(method), path, "somebody", method == "POST" && path == Predict ? Row : "");
        Assert.Equal(expected, (int)status);
        if (expected == 403) Assert.Contains($"principal 'somebody' has role {role}; the call needs role ", body);
    }

    [Fact]
    public async Task A_principal_limited_to_models_may_call_those()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("shop", "score,operate", KocPotential.Name));
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "shop", Row)).Status);
        var (status, body, _) = await host.SendAsync(HttpMethod.Post, "/api/predict/other", "shop", Row);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("limited to certain models, and 'other' is none of them", body);
        (status, body, _) = await host.SendAsync(HttpMethod.Get, "/api/models", "shop");
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("the call is not about one of them", body);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync(HttpMethod.Post, "/v2/repository/models/other/unload", "shop")).Status);
        Assert.Empty(host.Lifecycle.Calls);
    }

    [Fact]
    public async Task Too_many_requests_are_refused_with_the_time_to_wait()
    {
        var time = new ManualTime(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var shop = SecuredHost.Entry("shop", "score");
        shop.RequestsPerSecond = 2;
        await using var host = await SecuredHost.WithAsync(time, shop, SecuredHost.Entry("other", "score"));
        for (var i = 0; i < 2; i++) Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "shop", Row)).Status);
        var (status, body, response) = await host.SendAsync(HttpMethod.Post, Predict, "shop", Row);
        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (status, response.Headers.RetryAfter!.Delta));
        Assert.Contains("may make 2 requests a second; the next is taken in 0.500 s", body);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "other", Row)).Status);
        time.Advance(TimeSpan.FromSeconds(0.5));
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync(HttpMethod.Post, Predict, "shop", Row)).Status);
    }

    [Fact]
    public async Task Administration_is_written_down_with_who_where_and_how_it_ended_and_nothing_of_its_body()
    {
        await using var host = await SecuredHost.WithAsync(SecuredHost.Entry("ops", "operate"), SecuredHost.Entry("shop", "score"));
        await host.SendAsync(HttpMethod.Post, "/api/models/m/pin?note=secret-note", "ops", """{"version":424242}""");
        await host.SendAsync(HttpMethod.Post, "/api/models/m/unpin", "shop");
        await host.SendAsync(HttpMethod.Post, "/api/models/m/unpin", "nobody");
        await host.SendAsync(HttpMethod.Post, Predict, "shop", Row);
        var lines = host.Audit;
        Assert.Equal(3, lines.Length);
        Assert.Contains("\"who\":\"ops\",\"roles\":\"operate\",\"from\":\"127.0.0.1:", lines[0]);
        Assert.Contains("\"call\":\"POST /api/models/m/pin\",\"event\":\"begun\"", lines[0]);
        Assert.Contains("\"event\":\"ended\",\"of\":1,\"outcome\":\"200\"", lines[1]);
        Assert.Contains("\"who\":\"shop\"", lines[2]);
        Assert.Contains("\"event\":\"refused\",\"outcome\":\"role\"", lines[2]);
        Assert.All(lines, l => Assert.DoesNotContain("secret-note", l));
        Assert.All(lines, l => Assert.DoesNotContain("424242", l));
        Assert.All(lines, l => Assert.DoesNotContain("apl_", l));
    }

    [Fact]
    public async Task An_audit_log_without_keys_writes_down_what_this_machine_does()
    {
        await using var host = await SecuredHost.OpenAsync(audits: true);
        await host.SendAsync(HttpMethod.Post, "/v2/repository/models/m/load", "");
        Assert.Contains("\"who\":\"local\",\"from\":\"127.0.0.1:", host.Audit[0]);
    }
}
