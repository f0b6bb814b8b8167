using Appliance.Host.Tests.Business;
using Contracts.Health;
using Grpc.Core;
using TestKit;
using static Contracts.Health.HealthCheckResponse.Types.ServingStatus;
using HealthClient = Contracts.Health.Health.HealthClient;
using ServingStatus = Contracts.Health.HealthCheckResponse.Types.ServingStatus;

namespace Appliance.Host.Tests.Grpc;

public sealed class HealthTests
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);
    private readonly ManualTime _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("")]
    [InlineData("inference.GRPCInferenceService")]
    [InlineData("appliance.scoring.v1.Scoring")]
    public async Task The_server_and_its_services_serve_when_the_appliance_is_ready(string service)
    {
        await using var host = await BusinessHost.StartAsync();
        Assert.Equal(Serving, await CheckAsync(host, service));
        host.Lifecycle.Ready = false;
        Assert.Equal(NotServing, await CheckAsync(host, service));
    }

    [Fact]
    public async Task A_model_serves_while_a_ready_version_is_routed_to()
    {
        await using var host = await BusinessHost.StartAsync();
        host.ServeKoc(version: 2);
        Assert.Equal(Serving, await CheckAsync(host, KocPotential.Name));
        host.Models.Traffic.Route(KocPotential.Name, 1);
        Assert.Equal(NotServing, await CheckAsync(host, KocPotential.Name));
        host.Models.Traffic.Route(KocPotential.Name, 0);
        Assert.Equal(NotServing, await CheckAsync(host, KocPotential.Name));
    }

    [Fact]
    public async Task An_unknown_name_is_not_found()
    {
        await using var host = await BusinessHost.StartAsync();
        var error = await Assert.ThrowsAsync<RpcException>(() => CheckAsync(host, "nobody"));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
    }

    [Fact]
    public async Task A_watch_tells_the_status_at_once_and_then_every_change()
    {
        await using var host = await BusinessHost.StartAsync(time: _time);
        using var watch = Watch(host, KocPotential.Name);
        Assert.Equal(ServiceUnknown, await NextAsync(watch));
        host.ServeKoc();
        _time.Advance(Poll);
        Assert.Equal(Serving, await NextAsync(watch));
        // Nothing changes at this poll, so the next message is the one after it.
        _time.Advance(Poll);
        host.Models.Traffic.Route(KocPotential.Name, 0);
        _time.Advance(Poll);
        Assert.Equal(NotServing, await NextAsync(watch));
    }

    [Fact]
    public async Task A_watch_ends_with_not_serving_when_the_server_stops()
    {
        await using var host = await BusinessHost.StartAsync(time: _time);
        using var watch = Watch(host, "");
        Assert.Equal(Serving, await NextAsync(watch));
        host.Lifetime.StopApplication();
        Assert.Equal(NotServing, await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(StatusCode.OK, watch.GetStatus().StatusCode);
    }

    [Fact]
    public async Task A_watch_whose_caller_hangs_up_ends()
    {
        await using var host = await BusinessHost.StartAsync(time: _time);
        using (var watch = Watch(host, "")) Assert.Equal(Serving, await NextAsync(watch));
        Assert.True(SpinWait.SpinUntil(() => _time.ActiveTimers == 0, TimeSpan.FromSeconds(30)), "the watch still polls");
    }

    private static async Task<ServingStatus> CheckAsync(BusinessHost host, string service) =>
        (await new HealthClient(host.Channel).CheckAsync(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken)).Status;

    private static AsyncServerStreamingCall<HealthCheckResponse> Watch(BusinessHost host, string service) =>
        new HealthClient(host.Channel).Watch(new HealthCheckRequest { Service = service }, cancellationToken: TestContext.Current.CancellationToken);

    private static async Task<ServingStatus> NextAsync(AsyncServerStreamingCall<HealthCheckResponse> watch)
    {
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        return watch.ResponseStream.Current.Status;
    }
}
