using System.Diagnostics;
using Contracts.Health;
using Contracts.Inference;
using Contracts.Models;
using Grpc.Core;
using Grpc.Net.Client;

namespace EndToEnd.Tests.Processes;

/// <summary>
/// One run of the published binary on free loopback ports, with a client for each of its protocols. It is stopped as an orchestrator
/// stops it, and killed in the end whatever happens.
/// </summary>
internal sealed class ApplianceProcess : IAsyncDisposable
{
    // A start takes well under a second; a machine that is busy with other builds gets this long.
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(40);

    private readonly Process _process;
    private readonly Func<HttpMessageHandler>? _tls;

    private ApplianceProcess(Process process, int[] ports, Func<HttpMessageHandler>? tls)
    {
        _process = process;
        _tls = tls;
        (HttpPort, GrpcPort, MetricsPort) = (ports[0], ports[1], ports[2]);
        Channel = OpenChannel();
        Inference = new GRPCInferenceService.GRPCInferenceServiceClient(Channel);
        Health = new Health.HealthClient(Channel);
        Models = new ModelAdmin.ModelAdminClient(Channel);
        Http = OpenClient(HttpPort);
        Metrics = OpenClient(MetricsPort);
    }

    public int HttpPort { get; }
    public int GrpcPort { get; }
    public int MetricsPort { get; }
    public int Id => _process.Id;
    public bool HasExited => _process.HasExited;
    public ProcessLog Log { get; } = new();
    public GrpcChannel Channel { get; }
    public GRPCInferenceService.GRPCInferenceServiceClient Inference { get; }
    public Health.HealthClient Health { get; }
    public ModelAdmin.ModelAdminClient Models { get; }
    public HttpClient Http { get; }
    public HttpClient Metrics { get; }

    /// <summary>Starts the binary and waits until it is ready; skips the test where there is no binary.</summary>
    public static async Task<ApplianceProcess> StartAsync(ApplianceSettings settings)
    {
        var binary = ApplianceBinary.PathOrSkip();
        for (var attempt = 1; ; attempt++)
        {
            var ports = settings.Ports ?? FreePorts.Take(3);
            var appliance = new ApplianceProcess(new Process { StartInfo = StartInfo(binary, settings, ports) }, ports, settings.Tls);
            appliance._process.Start();
            appliance.Log.Follow(appliance._process);
            try
            {
                if (await appliance.WaitForStartAsync(settings.WaitsForModels)) return appliance;
                var log = appliance.Log.ToString();
                if (attempt == 3 || !log.Contains("address already in use", StringComparison.OrdinalIgnoreCase))
                {
                    throw new InvalidOperationException($"the appliance ended with {appliance._process.ExitCode} instead of starting:\n{log}");
                }
            }
            catch
            {
                await appliance.DisposeAsync();
                throw;
            }
            await appliance.DisposeAsync();
        }
    }

    /// <summary>Starts the binary and sends it SIGKILL after so long, whatever it is doing by then.</summary>
    public static async Task KillInStartAsync(ApplianceSettings settings, TimeSpan after)
    {
        var ports = FreePorts.Take(3);
        await using var appliance = new ApplianceProcess(new Process { StartInfo = StartInfo(ApplianceBinary.PathOrSkip(), settings, ports) }, ports, settings.Tls);
        appliance._process.Start();
        appliance.Log.Follow(appliance._process);
        await Task.Delay(after, TestContext.Current.CancellationToken);
    }

    /// <summary>A further connection: calls over one channel share its flow control.</summary>
    public GrpcChannel OpenChannel() => GrpcChannel.ForAddress($"{Scheme}://127.0.0.1:{GrpcPort}", new GrpcChannelOptions
    {
        HttpHandler = _tls?.Invoke(),
        MaxReceiveMessageSize = null,
        MaxSendMessageSize = null,
    });

    private string Scheme => _tls is null ? "http" : "https";

    private HttpClient OpenClient(int port) =>
        new(_tls?.Invoke() ?? new SocketsHttpHandler()) { BaseAddress = new Uri($"{Scheme}://127.0.0.1:{port}"), Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>Sends SIGTERM and returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        Signals.Terminate(_process);
        using var limit = new CancellationTokenSource(StopLimit);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"the appliance did not end {StopLimit.TotalSeconds:F0} s after SIGTERM:\n{Log}");
        }
        return _process.ExitCode;
    }

    /// <summary>Sends SIGKILL and waits for the end.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
    }

    /// <summary>Fails the test, with the log, if the process has ended or does not answer.</summary>
    public async Task AssertAliveAsync()
    {
        Assert.False(_process.HasExited, $"the appliance has ended:\n{Log}");
        var live = await Inference.ServerLiveAsync(new ServerLiveRequest(), deadline: DateTime.UtcNow.AddSeconds(20));
        Assert.True(live.Live);
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        Http.Dispose();
        Metrics.Dispose();
        await KillAsync();
        _process.Dispose();
    }

    private static ProcessStartInfo StartInfo(string binary, ApplianceSettings settings, int[] ports)
    {
        var info = new ProcessStartInfo(binary)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetDirectoryName(binary)!,
        };
        string[] arguments =
        [
            "serve", "--model-repository", settings.Repository, "--model-control-mode", settings.ControlMode,
            "--http-port", $"{ports[0]}", "--grpc-port", $"{ports[1]}", "--metrics-port", $"{ports[2]}", .. settings.Flags,
        ];
        foreach (var argument in arguments) info.ArgumentList.Add(argument);
        foreach (var (key, value) in settings.Environment) info.Environment[key] = value;
        foreach (var (key, value) in settings.Settings) info.Environment["APPLIANCE_" + key.Replace(":", "__")] = value;
        return info;
    }

    /// <summary>True once it is ready; false when the process has ended before.</summary>
    private async Task<bool> WaitForStartAsync(bool waitsForModels)
    {
        await Eventually.BecomesTrueAsync(
            async () => _process.HasExited || await IsUpAsync(waitsForModels), StartLimit, () => $"the appliance is ready; its log:\n{Log}");
        return !_process.HasExited;
    }

    private async Task<bool> IsUpAsync(bool waitsForModels)
    {
        var deadline = DateTime.UtcNow.AddSeconds(5);
        try
        {
            return waitsForModels
                ? (await Inference.ServerReadyAsync(new ServerReadyRequest(), deadline: deadline)).Ready
                : (await Inference.ServerLiveAsync(new ServerLiveRequest(), deadline: deadline)).Live;
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.Unavailable or StatusCode.DeadlineExceeded)
        {
            return false;
        }
    }
}
