using Appliance.Host.Health;
using Contracts.Health;
using Grpc.Core;

namespace Appliance.Host.Grpc;

/// <summary><c>grpc.health.v1.Health</c>: of the server, of its scoring services, and of every model by name. Thread-safe.</summary>
internal sealed class HealthGrpcService(ServiceHealth health, Readiness readiness, TimeProvider time) : Contracts.Health.Health.HealthBase
{
    // A change is seen within this time: well under the second in which load balancers look.
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(250);

    public override Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) =>
        health.TryGet(request.Service, out var serving)
            ? Task.FromResult(new HealthCheckResponse { Status = StatusOf(serving) })
            : throw new RpcException(new Status(StatusCode.NotFound, $"service '{request.Service}' is not served here"));

    public override async Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context)
    {
        using var timer = new PeriodicTimer(PollInterval, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken, readiness.Stopping);
        try
        {
            await WatchAsync(request.Service, responseStream, timer, stop.Token);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            // The caller hung up.
        }
    }

    // Ends when the server stops, with that as its last word.
    private async Task WatchAsync(string service, IServerStreamWriter<HealthCheckResponse> responses, PeriodicTimer timer, CancellationToken stop)
    {
        HealthCheckResponse.Types.ServingStatus? told = null;
        while (true)
        {
            var stopping = readiness.Stopping.IsCancellationRequested;
            var status = health.TryGet(service, out var serving) ? StatusOf(serving) : HealthCheckResponse.Types.ServingStatus.ServiceUnknown;
            if (status != told) await responses.WriteAsync(new HealthCheckResponse { Status = status });
            if (stopping) return;
            told = status;
            await WaitAsync(timer, stop);
        }
    }

    private async Task WaitAsync(PeriodicTimer timer, CancellationToken stop)
    {
        try
        {
            await timer.WaitForNextTickAsync(stop);
        }
        catch (OperationCanceledException) when (readiness.Stopping.IsCancellationRequested)
        {
            // Looks once more, and says that it stops.
        }
    }

    private static HealthCheckResponse.Types.ServingStatus StatusOf(bool serving) =>
        serving ? HealthCheckResponse.Types.ServingStatus.Serving : HealthCheckResponse.Types.ServingStatus.NotServing;
}
