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
}
