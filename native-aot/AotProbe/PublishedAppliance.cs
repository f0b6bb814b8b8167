using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace AotProbe;

/// <summary>The published binary as a child process.</summary>
internal static class PublishedAppliance
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Runs it to its end and returns what it printed.</summary>
    public static async Task<string> OutputAsync(string binary, string[] args, IReadOnlyDictionary<string, string>? variables = null)
    {
        using var process = Start(binary, args, variables);
        var output = await process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"exit code {process.ExitCode}: {errors}");
    }

    /// <summary>Starts it; its output goes nowhere.</summary>
    public static Process Serve(string binary, params string[] args)
    {
        var process = Start(binary, args, null);
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    /// <summary>Waits until it says that it is ready.</summary>
    public static async Task UntilReadyAsync(HttpClient client, string url)
    {
        var started = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                using var response = await client.GetAsync(url);
                if (response.StatusCode == HttpStatusCode.OK) return;
            }
            catch (HttpRequestException) when (started.Elapsed < Patience)
            {
                // Not listening yet.
            }
            if (started.Elapsed > Patience) throw new TimeoutException($"not ready after {Patience.TotalSeconds} s");
            await Task.Delay(20);
        }
    }

    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static Process Start(string binary, string[] args, IReadOnlyDictionary<string, string>? variables)
    {
        var info = new ProcessStartInfo(binary, args) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (key, value) in variables ?? new Dictionary<string, string>()) info.Environment[key] = value;
        return Process.Start(info) ?? throw new InvalidOperationException("the binary did not start");
    }
}
