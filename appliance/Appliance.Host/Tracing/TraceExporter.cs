using System.Net.Http.Headers;
using System.Security.Authentication;
using Contracts.Otlp;
using Google.Protobuf;

namespace Appliance.Host.Tracing;

/// <summary>
/// Sends finished traces to the collector, as many as are there once an interval. What a collector does not take is counted and forgotten: traces are
/// no record that must not have gaps, and a queue that waits for a collector would take memory from requests.
/// </summary>
/// <param name="handler">The client's; null for one that calls over the network.</param>
internal sealed partial class TraceExporter(
    RequestTracing tracing, TracingOptions options, TimeProvider time, ILogger<TraceExporter> logger, HttpMessageHandler? handler = null) : BackgroundService
{
    /// <summary>Traces in one call at most. 512: at some 1.5 KB each, well below what collectors take.</summary>
    private const int MaxTraces = 512;

    private readonly Resource _resource = new()
    {
        Attributes =
        {
            TraceSpans.Text("service.name", options.ServiceName), TraceSpans.Text("service.version", ServerIdentity.Version),
            TraceSpans.Text("host.name", Environment.MachineName), TraceSpans.Text("telemetry.sdk.name", ServerIdentity.Name),
        },
    };

    private readonly HttpClient _client = MakeClient(options, handler);
    private long _exported, _failed;
    private bool _failing;

    /// <summary>Traces that the collector took, and that it did not.</summary>
    public long Exported => Interlocked.Read(ref _exported);

    /// <inheritdoc cref="Exported"/>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Sends what has finished by now, up to one call's worth. Returns how many traces that were.</summary>
    internal async Task<int> StepAsync(CancellationToken cancellation)
    {
        var scope = new ScopeSpans { Scope = new Scope { Name = ServerIdentity.Name, Version = ServerIdentity.Version } };
        var traces = 0;
        for (; traces < MaxTraces && tracing.Finished.TryRead(out var trace); traces++) TraceSpans.Add(trace, scope.Spans);
        if (traces == 0) return 0;
        var request = new ExportRequest { ResourceSpans = { new ResourceSpans { Resource = _resource, ScopeSpans = { scope } } } };
        var problem = await SendAsync(request.ToByteArray(), cancellation);
        Interlocked.Add(ref problem is null ? ref _exported : ref _failed, traces);
        // Once when it begins and once when it is over, not once an interval.
        if (problem is not null && !_failing) Log.Failing(logger, problem);
        if (problem is null && _failing) Log.Recovered(logger);
        _failing = problem is not null;
        return traces;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var interval = TimeSpan.FromMilliseconds(options.IntervalMilliseconds);
        try
        {
            while (await tracing.Finished.WaitToReadAsync(stoppingToken))
            {
                await Task.Delay(interval, time, stoppingToken);
                while (await StepAsync(stoppingToken) == MaxTraces)
                {
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // What is there goes out, however many calls that takes; a collector that does not answer is waited for once, for its timeout.
            while (await StepAsync(CancellationToken.None) == MaxTraces && !_failing)
            {
            }
        }
    }

    private async Task<string?> SendAsync(byte[] request, CancellationToken cancellation)
    {
        try
        {
            using var content = new ByteArrayContent(request) { Headers = { ContentType = new MediaTypeHeaderValue("application/x-protobuf") } };
            using var response = await _client.PostAsync(options.Endpoint, content, cancellation);
            return response.IsSuccessStatusCode ? null : $"it answered {(int)response.StatusCode}";
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return e is OperationCanceledException ? $"it did not answer within {options.TimeoutMilliseconds} ms" : Words(e);
        }
    }

    // Of a handshake the message says only that there is another one within.
    private static string Words(Exception e) =>
        (e.InnerException is AuthenticationException ? $"TLS: {e.GetBaseException().Message}" : e.Message).TrimEnd('.');

    public override void Dispose()
    {
        _client.Dispose();
        base.Dispose();
    }

    private static HttpClient MakeClient(TracingOptions options, HttpMessageHandler? handler)
    {
        var client = new HttpClient(handler ?? new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromMilliseconds(options.TimeoutMilliseconds) };
        if (options.HeadersFile.Length == 0) return client;
        foreach (var (name, value) in TraceHeaders.Read(options.HeadersFile)) client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return client;
    }

    private static partial class Log
    {
        [LoggerMessage(Telemetry.EventIds.TracesFailing, LogLevel.Warning, "The collector of traces does not take them: {Problem}. They are dropped until it does.")]
        public static partial void Failing(ILogger logger, string problem);

        [LoggerMessage(Telemetry.EventIds.TracesRecovered, LogLevel.Information, "The collector takes traces again.")]
        public static partial void Recovered(ILogger logger);
    }
}
