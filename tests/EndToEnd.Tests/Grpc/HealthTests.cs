using Contracts.Health;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using Grpc.Core;
using ServingStatus = Contracts.Health.HealthCheckResponse.Types.ServingStatus;

namespace EndToEnd.Tests.Grpc;

/// <summary>The health service that load balancers ask.</summary>
public sealed class HealthTests(SharedAppliance shared)
{
    [Theory]
    [InlineData("")]
    [InlineData("inference.GRPCInferenceService")]
    public async Task The_server_and_its_services_are_serving(string service)
    {
        var appliance = await shared.StartedAsync();
        var answer = await appliance.Health.CheckAsync(new HealthCheckRequest { Service = service }, deadline: ApplianceCalls.Deadline);
        Assert.Equal(ServingStatus.Serving, answer.Status);
    }

    [Fact]
    public async Task An_unknown_service_is_not_found()
    {
        var appliance = await shared.StartedAsync();
        var refusal = await ApplianceCalls.RefusalAsync(async () =>
            await appliance.Health.CheckAsync(new HealthCheckRequest { Service = "nobody" }, deadline: ApplianceCalls.Deadline));
        Assert.Equal(StatusCode.NotFound, refusal.StatusCode);
    }

    [Fact]
    public async Task A_watcher_hears_that_the_server_is_ready_once_the_wanted_model_is()
    {
        using var repository = new TemporaryRepository();
        repository.AddModel("scale", [1, 2, 3]);
        await using var appliance = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = repository.Path,
            ControlMode = "explicit",
            Flags = ["--load-model", "scale"],
            WaitsForModels = false,
        });
        using var watch = appliance.Health.Watch(new HealthCheckRequest(), deadline: ApplianceCalls.Deadline);
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(ServingStatus.NotServing, watch.ResponseStream.Current.Status);

        repository.AddVersion("scale", 2, OnnxModels.Scale(2));
        await appliance.LoadAsync("scale");
        Assert.True(await watch.ResponseStream.MoveNext(TestContext.Current.CancellationToken));
        Assert.Equal(ServingStatus.Serving, watch.ResponseStream.Current.Status);
    }
}
