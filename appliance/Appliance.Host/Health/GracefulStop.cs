using Appliance.Scoring;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Appliance.Host.Health;

/// <summary>
/// The time between the signal to end and the closing of the ports. The appliance says that it is not ready and goes on answering, so that
/// whoever routes to it turns away before a connection is refused; callers over HTTP/1 are told to close theirs, so that none is cut while
/// they send. It is over once nobody calls any more, or after a while; requests that run longer are waited for by the server itself.
/// Thread-safe.
/// </summary>
internal sealed class GracefulStop(Readiness readiness, AdmissionGate gate, IOptions<HostOptions> host, TimeProvider time) : IHostedLifecycleService
{
    /// <summary>Three looks of a load balancer that looks once a second: most believe the third.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(3);

    /// <summary>So long without a request after one has come, and nobody calls any more: several times what a caller who is busy lets pass.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);

    /// <summary>So long without any, and nobody was calling: a process at rest ends at once.</summary>
    private static readonly TimeSpan FirstQuiet = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    // Half of the time for the end at most: the other half is for the requests that are inside then.
    private readonly TimeSpan _limit = TimeSpan.FromTicks(Math.Min(Longest.Ticks, host.Value.ShutdownTimeout.Ticks / 2));

    // Timestamp of the last request that came after the signal; 0 for none yet.
    private long _lastRequest;

    /// <summary>Notes a request that came in after the signal. Called for every request of every port, but those of <see cref="NoteCall"/>.</summary>
    public void Note(IFeatureCollection request)
    {
        if (readiness.Stopping.IsCancellationRequested) Answering(request);
    }

    /// <summary>Notes calls for which no request object is made: one of them, or all that one read brought.</summary>
    public void NoteCall()
    {
        if (readiness.Stopping.IsCancellationRequested) Volatile.Write(ref _lastRequest, time.GetTimestamp());
    }

    public async Task StoppingAsync(CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        using var timer = new PeriodicTimer(Look, time);
        try
        {
            while (!IsOver(began)) await timer.WaitForNextTickAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            // The time that the process has for its end is over.
        }
    }

    public Task StartingAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellation) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellation) => Task.CompletedTask;

    private bool IsOver(long began)
    {
        if (time.GetElapsedTime(began) >= _limit) return true;
        if (gate.Inside > 0) return false;
        var last = Volatile.Read(ref _lastRequest);
        return last == 0 ? time.GetElapsedTime(began) >= FirstQuiet : time.GetElapsedTime(last) >= Quiet;
    }

    private void Answering(IFeatureCollection request)
    {
        Volatile.Write(ref _lastRequest, time.GetTimestamp());
        if (HttpProtocol.IsHttp11(request.GetRequiredFeature<IHttpRequestFeature>().Protocol))
        {
            request.GetRequiredFeature<IHttpResponseFeature>().Headers.Connection = "close";
        }
    }
}
