using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using EndToEnd.Tests.Clients;
using EndToEnd.Tests.Models;
using EndToEnd.Tests.Processes;
using TestKit;

namespace EndToEnd.Tests.Security;

/// <summary>
/// A process with TLS on every port, keys and an audit log. Its certificates are openssl's, its keys file is written by the binary's own
/// command: nothing here knows how.
/// </summary>
internal sealed class SecuredAppliance : IAsyncDisposable
{
    public const string Model = "scale";

    private const string OpenSsl = "/usr/bin/openssl";

    private readonly TemporaryRepository _repository = new();
    private readonly TemporaryFolder _folder = new();

    public ApplianceProcess Process { get; private set; } = null!;

    public TemporaryRepository Repository => _repository;

    public string KeysFile => _folder["keys.json"];

    public string AuditFolder { get; private set; } = "";

    public string CaFile => _folder["ca.pem"];

    /// <summary>Makes the certificates, and keys for "shop" (score), "watcher" (read) and "ops" (operate), and a principal for the certificate of "etl".</summary>
    /// <param name="auditFolder">Null for a folder of its own.</param>
    public static async Task<SecuredAppliance> StartAsync(string? auditFolder = null)
    {
        var secured = new SecuredAppliance();
        ApplianceBinary.PathOrSkip();
        secured.AuditFolder = auditFolder ?? secured._folder["audit"];
        await secured.RunAsync(OpenSsl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", secured._folder["ca.key"], "-out", secured.CaFile, "-days", "30", "-subj", "/CN=Test Authority");
        await secured.SignAsync("server", "subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n");
        await secured.SignAsync("etl", "subjectAltName=DNS:etl.example\nextendedKeyUsage=clientAuth\n");
        await secured.AddAsync("shop", "--role", "score", "--models", Model);
        await secured.AddAsync("watcher", "--role", "read");
        await secured.AddAsync("ops", "--role", "operate");
        await secured.AddAsync("etl", "--role", "operate,score", "--certificate", "DNS:etl.example");
        secured._repository.AddModel(Model, OnnxModels.Scale(2));
        secured.Process = await ApplianceProcess.StartAsync(new ApplianceSettings
        {
            Repository = secured._repository.Path,
            Flags =
            [
                "--tls-certificate", secured._folder["server.pem"], "--tls-key", secured._folder["server.key"], "--tls-client-ca", secured.CaFile,
                "--keys-file", secured.KeysFile, "--audit-folder", secured.AuditFolder,
            ],
            Settings = { ["Security:ReloadSeconds"] = "1" },
            Tls = () => secured.Handler(),
        });
        return secured;
    }

    /// <summary>Trusts the test's authority; shows the certificate of <paramref name="holder"/> where one is named.</summary>
    public SocketsHttpHandler Handler(string? holder = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPemFile(CaFile);
        var handler = new SocketsHttpHandler { SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = policy } };
        if (holder is not null)
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(PathOf($"{holder}.pem"), PathOf($"{holder}.key"))];
        }
        return handler;
    }

    public string PathOf(string file) => _folder[file];

    /// <summary>The key of a principal.</summary>
    public string KeyOf(string principal) => File.ReadAllText(_folder[$"{principal}.apikey"]).Trim();

    /// <summary>Has openssl sign a certificate anew, and puts it in place of the one before.</summary>
    public async Task SignAsync(string name, string extensions)
    {
        await File.WriteAllTextAsync(_folder["ext"], extensions);
        await RunAsync(OpenSsl, "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", _folder[$"{name}.key"], "-out", _folder["csr"], "-subj", $"/CN={name}");
        await RunAsync(OpenSsl, "x509", "-req", "-in", _folder["csr"], "-CA", CaFile, "-CAkey", _folder["ca.key"], "-CAcreateserial", "-days", "20", "-out", _folder[$"{name}.pem"], "-extfile", _folder["ext"]);
    }

    /// <summary>Runs the binary's own command.</summary>
    public Task<ProgramRun> CommandAsync(params string[] arguments) => ProgramRun.OfAsync(ApplianceBinary.PathOrSkip(), arguments);

    /// <summary>Calls with curl; the status and, behind it, the body.</summary>
    public async Task<(int Status, string Body)> CurlAsync(int port, string path, params string[] arguments)
    {
        var run = await RunAsync("/usr/bin/curl", ["-s", "-w", "\n%{http_code}", "--cacert", CaFile, $"https://127.0.0.1:{port}{path}", .. arguments]);
        var at = run.Text.LastIndexOf('\n');
        return (int.Parse(run.Text[(at + 1)..], System.Globalization.CultureInfo.InvariantCulture), run.Text[..at]);
    }

    public async ValueTask DisposeAsync()
    {
        if (Process is not null) await Process.DisposeAsync();
        _repository.Dispose();
        _folder.Dispose();
    }

    private async Task AddAsync(string name, params string[] flags)
    {
        var run = await RunAsync(ApplianceBinary.PathOrSkip(), ["keys", "add", name, "--file", KeysFile, .. flags]);
        await File.WriteAllTextAsync(_folder[$"{name}.apikey"], run.Text);
    }

    private async Task<ProgramRun> RunAsync(string program, params string[] arguments)
    {
        var run = await ProgramRun.OfAsync(program, arguments);
        Assert.True(run.ExitCode == 0, $"{program} {string.Join(' ', arguments)} ended with {run.ExitCode}:\n{run.Errors}");
        return run;
    }
}
