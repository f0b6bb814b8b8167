using System.Diagnostics;
using System.Text.Json;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Observability;

/// <summary>Debian's Prometheus with the rules of <c>perf/dashboards</c> and <c>deploy/prometheus</c>, scraping an appliance; its data lie in a folder of its own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("prometheus-");
    private readonly HttpClient _http = new();
    private Process? _process;

    public ProcessLog Log { get; } = new();

    /// <param name="access">How the port is scraped where that is not by bare HTTP: members of the job, each on a line of its own.</param>
    public static async Task<PrometheusServer> StartAsync(int metricsPort, params string[] access)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(p => Path.Combine(p, "prometheus")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "prometheus (Debian package) is not installed");
        var server = new PrometheusServer();
        var port = FreePorts.Take(1)[0];
        var config = Path.Combine(server._folder.FullName, "prometheus.yml");
        File.WriteAllText(config, $"""
            global:
              scrape_interval: 250ms
              scrape_timeout: 250ms
              evaluation_interval: 250ms
            rule_files: [{RepositoryRoot.Path}/perf/dashboards/appliance.rules.yml, {RepositoryRoot.Path}/deploy/prometheus/features.rules.yml, {RepositoryRoot.Path}/deploy/prometheus/operations.rules.yml]
            scrape_configs:
              - job_name: appliance
                static_configs: [targets: ["127.0.0.1:{metricsPort}"]]
            {string.Concat(access.Select(a => $"    {a}\n"))}
            """);
        server._http.BaseAddress = new Uri($"http://127.0.0.1:{port}");
        server._process = Process.Start(new ProcessStartInfo(program!, [
            $"--config.file={config}", $"--storage.tsdb.path={server._folder.FullName}/data", $"--web.listen-address=127.0.0.1:{port}", "--enable-feature=exemplar-storage",
        ]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        server.Log.Follow(server._process);
        return server;
    }

    /// <summary>What a call of the API answers, once it does.</summary>
    /// <param name="path">Path and query.</param>
    public async Task<JsonElement> GetAsync(string path)
    {
        using var response = await _http.GetAsync(path);
        return JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync()).RootElement;
    }

    /// <summary>The result of an expression now; empty while Prometheus does not answer.</summary>
    public async Task<IReadOnlyList<JsonElement>> QueryAsync(string expression)
    {
        Assert.False(_process!.HasExited, Log.ToString());
        try
        {
            var answer = await GetAsync($"/api/v1/query?query={Uri.EscapeDataString(expression)}");
            Assert.True(answer.GetProperty("status").GetString() == "success", $"{expression}: {answer}");
            return [.. answer.GetProperty("data").GetProperty("result").EnumerateArray()];
        }
        catch (Exception e) when (e is HttpRequestException or JsonException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _http.Dispose();
        _folder.Delete(recursive: true);
    }
}
