using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Compare.Servers;

/// <summary>A server under test: started on free ports with its output in a file, and stopped by a signal when disposed.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private const int SigTerm = 15;

    /// <summary>More than a loaded machine needs to load two models; a server that is not ready by then is broken.</summary>
    private static readonly TimeSpan _startLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _log;
    private readonly PosixSignalRegistration[] _onSignal;

    private ServerProcess(Process process, ServerPorts ports, string log, long started)
    {
        _process = process;
        Ports = ports;
        _log = log;
        Started = started;
        // A measurement that is stopped must not leave its servers behind.
        _onSignal = [.. new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT }.Select(signal => PosixSignalRegistration.Create(signal, _ => SendSignal(process.Id, SigTerm)))];
    }

    public ServerPorts Ports { get; }

    public int Id => _process.Id;

    /// <summary>When the process was made, on the clock of <see cref="Stopwatch.GetTimestamp"/>.</summary>
    public long Started { get; }

    public Uri Http => Address(Ports.Http);

    public Uri Grpc => Address(Ports.Grpc);

    public Uri Metrics => Address(Ports.Metrics);

    /// <summary>The transports that the floor serves on: the appliance's, and the library's.</summary>
    public const string OwnTransport = "appliance", Kestrel = "kestrel";

    public static Task<ServerProcess> StartFloorAsync(string program, string transport, string work, params string[] more) =>
        StartPeerAsync(program, port => ["--transport", transport, "--grpc-port", Text(port), .. more], Path.Combine(work, $"floor-{transport}.log"));

    /// <summary>A server on the appliance's transport whose every call runs a model, and that does nothing else.</summary>
    public static Task<ServerProcess> StartBareRunAsync(string program, string graph, string work) =>
        StartPeerAsync(program, port => ["--transport", OwnTransport, "--grpc-port", Text(port), "--model", graph], Path.Combine(work, "bare-run.log"));

    public static async Task<ServerProcess> StartApplianceAsync(string program, string repository, string work, params string[] more)
    {
        var ports = ServerPorts.Pick();
        string[] arguments =
        [
            "serve", "--model-repository", repository, "--http-port", Text(ports.Http), "--grpc-port", Text(ports.Grpc), "--metrics-port", Text(ports.Metrics), .. more,
        ];
        var server = Start(program, arguments, ports, Path.Combine(work, "appliance.log"));
        await server.WaitAsync(server.IsReadyAsync);
        return server;
    }

    /// <summary>Redis in memory alone, nothing written; it has the gRPC port of its ports.</summary>
    public static async Task<ServerProcess> StartRedisAsync(string program, string work)
    {
        var ports = ServerPorts.Pick();
        string[] arguments = ["--port", Text(ports.Grpc), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", Path.GetFullPath(work)];
        var server = Start(program, arguments, ports, Path.Combine(work, "redis.log"));
        await server.WaitAsync(server.IsListeningAsync);
        return server;
    }

    /// <summary>Another server; it is up once it listens on the gRPC port of its ports, whatever it speaks there.</summary>
    /// <param name="arguments">Made of that port.</param>
    public static async Task<ServerProcess> StartPeerAsync(string program, Func<int, string[]> arguments, string log, ServerPorts? among = null)
    {
        var ports = among ?? ServerPorts.Pick();
        var server = Start(program, arguments(ports.Grpc), ports, log);
        await server.WaitAsync(server.IsListeningAsync);
        return server;
    }

    /// <summary>Ends the server as a power cut does: it writes nothing more.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    public void Dispose()
    {
        Array.ForEach(_onSignal, registration => registration.Dispose());
        if (!_process.HasExited)
        {
            _ = SendSignal(_process.Id, SigTerm);
            if (!_process.WaitForExit(TimeSpan.FromSeconds(10)))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
        _process.Dispose();
    }

    private static ServerProcess Start(string program, string[] arguments, ServerPorts ports, string log)
    {
        // The shell becomes the program, so the process id is the server's; its output needs nobody to read it.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" > \"$log\" 2>&1", "sh", log, Path.GetFullPath(program), .. arguments]);
        var started = Stopwatch.GetTimestamp();
        return new(Process.Start(start)!, ports, log, started);
    }

    private async Task WaitAsync(Func<Task<bool>> isUp)
    {
        while (!await isUp())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(Started) > _startLimit)
            {
                var tail = string.Join('\n', File.ReadLines(_log).TakeLast(20));
                var what = _process.HasExited ? $"ended with {_process.ExitCode}" : $"was not ready after {_startLimit.TotalSeconds} s";
                Dispose();
                throw new InvalidOperationException($"The server {what}. Its last output:\n{tail}");
            }
            await Task.Delay(1);
        }
    }

    private async Task<bool> IsListeningAsync()
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, Ports.Grpc);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await ApplianceApi.Http.GetAsync(new Uri(Http, "/v2/health/ready"));
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static Uri Address(int port) => new($"http://127.0.0.1:{Text(port)}");

    private static string Text(int port) => port.ToString(CultureInfo.InvariantCulture);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendSignal(int processId, int signal);
}
