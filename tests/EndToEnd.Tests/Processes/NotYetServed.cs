using System.Net;
using Contracts.Health;
using Contracts.Models;
using Grpc.Core;

namespace EndToEnd.Tests.Processes;

/// <summary>Skips tests of an endpoint that the binary under test does not have at all.</summary>
internal static class NotYetServed
{
    public static Task SkipWithoutHealthAsync(ApplianceProcess appliance) =>
        SkipIfUnimplementedAsync("grpc.health.v1.Health", async () => await appliance.Health.CheckAsync(new HealthCheckRequest(), deadline: ApplianceCalls.Deadline));

    public static Task SkipWithoutModelAdminAsync(ApplianceProcess appliance) =>
        SkipIfUnimplementedAsync("appliance.models.v1.ModelAdmin", async () => await appliance.Models.ListVersionsAsync(new ListVersionsRequest(), deadline: ApplianceCalls.Deadline));

    public static Task SkipWithoutRestAsync(ApplianceProcess appliance) => SkipIfNotFoundAsync(appliance.Http, "/v2/health/live");

    public static Task SkipWithoutBusinessRestAsync(ApplianceProcess appliance) => SkipIfNotFoundAsync(appliance.Http, "/api/openapi.json");

    public static Task SkipWithoutMetricsAsync(ApplianceProcess appliance) => SkipIfNotFoundAsync(appliance.Metrics, "/metrics");

    private static async Task SkipIfUnimplementedAsync(string service, Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (RpcException e) when (e.StatusCode == StatusCode.Unimplemented)
        {
            Assert.Skip($"the binary does not serve {service}");
        }
        catch (RpcException)
        {
            // Served, whatever it answers.
        }
    }

    private static async Task SkipIfNotFoundAsync(HttpClient client, string path)
    {
        using var response = await client.GetAsync(path);
        Assert.SkipWhen(response.StatusCode == HttpStatusCode.NotFound, $"the binary does not serve {path}");
    }
}
