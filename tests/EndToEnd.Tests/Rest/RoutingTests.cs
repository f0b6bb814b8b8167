using System.Net;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Rest;

/// <summary>Paths and methods that are not there.</summary>
public sealed class RoutingTests(SharedAppliance shared)
{
    [Theory]
    [InlineData("/v2/nothing")]
    [InlineData("/v2/models")]
    [InlineData("/v2/models/add_sub/nothing")]
    [InlineData("/v2/models/add_sub/versions")]
    [InlineData("/v2/models/add_sub/versions/1/nothing")]
    [InlineData("/v2/models/add_sub/infer/more")]
    [InlineData("/v2/health")]
    [InlineData("/v2/repository")]
    [InlineData("/v2/systemsharedmemory")]
    [InlineData("/v2/models/..%2f..%2fetc%2fpasswd")]
    public async Task A_path_below_v2_that_is_not_there_is_answered_404_in_the_protocols_error_body(string path)
    {
        var reply = await (await shared.StartedAsync()).GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, reply.Status);
        Assert.NotEmpty(reply.Error());
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/v3/models/add_sub/infer")]
    [InlineData("/index.html")]
    [InlineData("/v2/../../etc/passwd")]
    [InlineData("/health")]
    [InlineData("/metrics")]
    public async Task Any_other_path_is_answered_404(string path)
    {
        var appliance = await shared.StartedAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            using var request = new HttpRequestMessage(method, path);
            using var response = await appliance.Http.SendAsync(request);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    [Theory]
    [InlineData("/v2", "GET, HEAD")]
    [InlineData("/v2/health/live", "GET, HEAD")]
    [InlineData("/v2/models/add_sub", "GET, HEAD")]
    [InlineData("/v2/models/add_sub/config", "GET, HEAD")]
    [InlineData("/v2/models/add_sub/infer", "POST")]
    [InlineData("/v2/repository/index", "POST")]
    [InlineData("/v2/repository/models/add_sub/load", "POST")]
    [InlineData("/openapi.json", "GET, HEAD")]
    [InlineData("/health/ready", "GET, HEAD")]
    public async Task Another_method_is_answered_405_with_those_that_are_taken(string path, string allowed)
    {
        var appliance = await shared.StartedAsync();
        foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND" }.Except(allowed.Split(", ")))
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await appliance.Http.SendAsync(request);
            Assert.True(response.StatusCode == HttpStatusCode.MethodNotAllowed, $"{method} {path}: {response.StatusCode}");
            Assert.Equal(allowed, string.Join(", ", response.Content.Headers.Allow));
            if (method != "HEAD") Assert.Equal("Method Not Allowed", (await RestReply.ReadAsync(response)).Error());
        }
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    [InlineData("/v2/health/ready")]
    [InlineData("/v2/models/add_sub")]
    [InlineData("/v2/models/add_sub/ready")]
    [InlineData("/openapi.json")]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task HEAD_is_answered_as_GET_without_the_body(string path)
    {
        var appliance = await shared.StartedAsync();
        using var head = await appliance.Http.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));
        using var get = await appliance.Http.GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal((await get.Content.ReadAsByteArrayAsync()).Length, head.Content.Headers.ContentLength);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/v2/models/add_sub/generate")]
    [InlineData("/v2/models/add_sub/versions/1/generate_stream")]
    [InlineData("/v2/models/add_sub/trace/setting")]
    [InlineData("/v2/systemsharedmemory/status")]
    [InlineData("/v2/systemsharedmemory/region/r/register")]
    [InlineData("/v2/cudasharedmemory/region/r/unregister")]
    [InlineData("/v2/logging")]
    public async Task Extensions_that_are_not_served_say_so(string path)
    {
        var appliance = await shared.StartedAsync();
        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            var reply = await appliance.SendAsync(method, path, null);
            Assert.Equal(HttpStatusCode.NotImplemented, reply.Status);
            Assert.Contains("is not supported", reply.Error());
        }
    }
}
