using System.Net;

namespace Appliance.Host.Tests.Business;

public sealed class HealthEndpointsTests
{
    [Fact]
    public async Task Ready_follows_the_lifecycle_and_live_does_not()
    {
        await using var host = await BusinessHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/health/ready")).Status);
        host.Lifecycle.Ready = false;
        var (status, body) = await host.GetAsync("/health/ready");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, """{"ready":false}"""), (status, body.GetRawText()));
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/health/live")).Status);
    }

    [Theory]
    [InlineData("HEAD", 200)]
    [InlineData("POST", 405)]
    public async Task Probes_take_HEAD_and_nothing_that_writes(string method, int status)
    {
        await using var host = await BusinessHost.StartAsync();
        foreach (var path in new[] { "/health/live", "/health/ready" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await host.Http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }
}
