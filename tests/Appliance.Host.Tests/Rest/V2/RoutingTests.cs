using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using TestKit;

namespace Appliance.Host.Tests.Rest.V2;

public sealed class RoutingTests
{
    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v2/models")]
    [InlineData("/v2/models/m/nothing")]
    [InlineData("/v2/models/m/versions")]
    [InlineData("/v2/health")]
    [InlineData("/v2/repository")]
    [InlineData("/v2/trace")]
    [InlineData("/v2/systemsharedmemory")]
    [InlineData("/v2/cudasharedmemory/region/r")]
    public async Task An_unknown_URL_is_answered_404_in_JSON(string path)
    {
        await using var host = await RestHost.StartAsync();

        var (status, body) = await host.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, status);
        Assert.Equal("""{"error":"Not Found"}""", body.GetRawText());
    }

    [Fact]
    public async Task The_wrong_method_is_answered_405_in_JSON_with_the_right_one()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));
        foreach (var (path, method, _) in Served.Where(o => o.Operation.GetProperty("tags")[0].GetString() != "unsupported"))
        {
            var wrong = method == "get" ? HttpMethod.Delete : HttpMethod.Get;
            using var request = new HttpRequestMessage(wrong, Filled(path));

            using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
            Assert.Contains(method.ToUpperInvariant(), response.Content.Headers.Allow);
            Assert.Equal("""{"error":"Method Not Allowed"}""", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Every_documented_call_is_served()
    {
        await using var host = await RestHost.StartAsync();
        host.Deploy(new ScriptedModel("m", Signatures.Mixed));
        foreach (var (path, method, _) in Served)
        {
            var (status, body) = method == "get" ? await host.GetAsync(Filled(path)) : await host.PostAsync(Filled(path), "{}");

            Assert.False(status is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed, $"{method} {path}: {body}");
        }
    }

    [Theory]
    [InlineData("GET", "/v2/systemsharedmemory/status")]
    [InlineData("GET", "/v2/systemsharedmemory/region/r/status")]
    [InlineData("POST", "/v2/systemsharedmemory/region/r/register")]
    [InlineData("POST", "/v2/cudasharedmemory/unregister")]
    [InlineData("GET", "/v2/trace/setting")]
    [InlineData("POST", "/v2/models/m/trace/setting")]
    [InlineData("GET", "/v2/logging")]
    [InlineData("POST", "/v2/logging")]
    [InlineData("POST", "/v2/models/m/generate")]
    [InlineData("POST", "/v2/models/m/versions/1/generate_stream")]
    public async Task Extensions_that_are_not_served_answer_501(string method, string path)
    {
        await using var host = await RestHost.StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.NotImplemented, response.StatusCode);
        Assert.Contains("is not supported", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task HEAD_is_answered_as_GET_without_the_body()
    {
        await using var host = await RestHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v2/health/ready");

        using var response = await host.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json"), response.Content.Headers.ContentType);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_description_is_served()
    {
        await using var host = await RestHost.StartAsync();

        var (status, body) = await host.GetAsync("/openapi.json");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(ServedDescription.Document.Root.GetRawText(), body.GetRawText());
    }

    [Fact]
    public async Task The_description_takes_HEAD_and_no_POST()
    {
        await using var host = await RestHost.StartAsync();
        using var head = new HttpRequestMessage(HttpMethod.Head, "/openapi.json");
        using var response = await host.Client.SendAsync(head, TestContext.Current.CancellationToken);

        var (status, body) = await host.PostAsync("/openapi.json", "{}");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, status);
        Assert.Equal("""{"error":"Method Not Allowed"}""", body.GetRawText());
    }

    private static IEnumerable<(string Path, string Method, JsonElement Operation)> Served =>
        ServedDescription.Document.Operations.Where(o => o.Path.StartsWith("/v2", StringComparison.Ordinal));

    private static string Filled(string path) =>
        path.Replace("{model}", "m").Replace("{version}", "1").Replace("{repository}", "r").Replace("{region}", "r");
}
