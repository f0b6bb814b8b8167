using System.Diagnostics;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Processes;

namespace EndToEnd.Tests.Deployment;

/// <summary>Debian's nginx with the configuration of <c>deploy/nginx</c> in front of two appliances, its ports put in the place of the file's.</summary>
internal sealed class Nginx : IAsyncDisposable
{
    private const string Program = "/usr/sbin/nginx";
    private static readonly string Config = Path.Combine(RepositoryRoot.Path, "deploy/nginx/appliance.conf");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("nginx-");
    private Process? _process;

    private Nginx(int httpPort, int grpcPort) => (HttpPort, GrpcPort) = (httpPort, grpcPort);

    public int HttpPort { get; }
    public int GrpcPort { get; }
    public ProcessLog Log { get; } = new();

    /// <summary>Whether nginx takes the file as it is; what it says.</summary>
    public static async Task<ProgramRun> CheckAsync()
    {
        await using var nginx = new Nginx(8000, 8001);
        return await ProgramRun.OfAsync(Program, "-t", "-c", nginx.Write(File.ReadAllText(Config)));
    }

    public static async Task<Nginx> StartAsync(int[] first, int[] second)
    {
        Assert.SkipUnless(File.Exists(Program), $"there is no '{Program}'");
        var ports = FreePorts.Take(2);
        var nginx = new Nginx(ports[0], ports[1]);
        var text = File.ReadAllText(Config);
        (string From, int To)[] all = [("listen 8000", ports[0]), ("listen 8001", ports[1]), (":8100", first[0]), (":8101", first[1]), (":8200", second[0]), (":8201", second[1])];
        foreach (var (from, to) in all)
        {
            Assert.Contains(from, text);
            text = text.Replace(from, from[..^4] + to, StringComparison.Ordinal);
        }
        nginx._process = Process.Start(new ProcessStartInfo(Program, ["-c", nginx.Write(text)]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        nginx.Log.Follow(nginx._process);
        using var http = new HttpClient();
        await Eventually.BecomesTrueAsync(
            async () =>
            {
                Assert.False(nginx._process.HasExited, nginx.Log.ToString());
                try
                {
                    return (await http.GetAsync($"http://127.0.0.1:{nginx.HttpPort}/health/ready")).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(20), "nginx answers");
        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _folder.Delete(recursive: true);
    }

    /// <summary>A whole configuration around the file, which belongs below <c>http</c>: everything that nginx writes lies in a folder of its own.</summary>
    private string Write(string site)
    {
        var path = Path.Combine(_folder.FullName, "nginx.conf");
        string[] temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        File.WriteAllText(path, $$"""
            daemon off;
            {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
            worker_processes 1;
            pid {{_folder.FullName}}/nginx.pid;
            error_log stderr warn;
            events { worker_connections 1024; }
            http {
              access_log off;
              {{string.Join('\n', temporary.Select(t => $"{t}_temp_path {_folder.FullName}/{t};"))}}
              {{site}}
            }
            """);
        return path;
    }
}
