using Appliance.Host.Tests.Business;
using Appliance.Inference;
using Appliance.Inference.Lifecycle;
using Contracts.Models;
using Grpc.Core;

namespace Appliance.Host.Tests.Grpc;

public sealed class ModelAdminTests
{
    [Fact]
    public async Task Versions_are_listed_with_state_and_share_of_the_traffic()
    {
        await using var host = await BusinessHost.StartAsync();
        host.Lifecycle.Versions.Add(new ModelVersionStatus("a", 1, ModelState.Ready, "", Routed: false, Pinned: false));
        host.Lifecycle.Versions.Add(new ModelVersionStatus("a", 2, ModelState.Ready, "", Routed: true, Pinned: true));
        host.Lifecycle.Versions.Add(new ModelVersionStatus("b", 1, ModelState.Failed, "no such file", Routed: false, Pinned: false));
        host.Models.Traffic.Route("a", 2);
        var all = (await Client(host).ListVersionsAsync(new ListVersionsRequest(), cancellationToken: TestContext.Current.CancellationToken)).Versions;
        Assert.Equal(
            [("a", 1L, "READY", "", 0, false), ("a", 2L, "READY", "", 10_000, true), ("b", 1L, "FAILED", "no such file", 0, false)],
            all.Select(v => (v.Model, v.Version, v.State, v.Reason, v.TrafficBasisPoints, v.Pinned)));
        Assert.Equal("b", Assert.Single((await Client(host).ListVersionsAsync(new ListVersionsRequest { Model = "b" }, cancellationToken: TestContext.Current.CancellationToken)).Versions).Model);
        await Fails(StatusCode.NotFound, "Request for unknown model: 'c' is not found", c => c.ListVersionsAsync(new ListVersionsRequest { Model = "c" }).ResponseAsync, host);
    }

    [Fact]
    public async Task Pin_unpin_and_rollback_are_passed_on_and_answered_with_the_route()
    {
        await using var host = await BusinessHost.StartAsync();
        host.Lifecycle.Result = new AdminResult(ScoreStatus.Ok, null, Version: 4, PreviousVersion: 5);
        var client = Client(host);
        RouteResponse[] answers =
        [
            await client.PinAsync(new PinRequest { Model = "m", Version = 4 }, cancellationToken: TestContext.Current.CancellationToken),
            await client.UnpinAsync(new UnpinRequest { Model = "m" }, cancellationToken: TestContext.Current.CancellationToken),
            await client.RollbackAsync(new RollbackRequest { Model = "m" }, cancellationToken: TestContext.Current.CancellationToken),
        ];
        Assert.All(answers, a => Assert.Equal(new RouteResponse { Model = "m", Version = 4, PreviousVersion = 5 }, a));
        Assert.Equal(["pin m 4", "unpin m", "rollback m"], host.Lifecycle.Calls);
    }

    [Fact]
    public async Task A_refusal_is_a_status_and_a_version_below_one_is_not_even_asked_for()
    {
        await using var host = await BusinessHost.StartAsync();
        await Fails(StatusCode.InvalidArgument, "version is 0; it must be a whole number from 1", c => c.PinAsync(new PinRequest { Model = "m" }).ResponseAsync, host);
        Assert.Empty(host.Lifecycle.Calls);
        host.Lifecycle.Result = new AdminResult(ScoreStatus.ModelUnavailable, "model 'm' version 2 cannot be made ready: golden row 3 differs");
        await Fails(StatusCode.Unavailable, "golden row 3 differs", c => c.PinAsync(new PinRequest { Model = "m", Version = 2 }).ResponseAsync, host);
    }

    private static async Task Fails<T>(StatusCode code, string message, Func<ModelAdmin.ModelAdminClient, Task<T>> call, BusinessHost host)
    {
        var error = await Assert.ThrowsAsync<RpcException>(() => call(Client(host)));
        Assert.Equal(code, error.StatusCode);
        Assert.Contains(message, error.Status.Detail);
    }

    private static ModelAdmin.ModelAdminClient Client(BusinessHost host) => new(host.Channel);
}
