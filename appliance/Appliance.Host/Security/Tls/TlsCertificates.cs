using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Net.Security;
using System.Text;

namespace Appliance.Host.Security.Tls;

/// <summary>The certificates in force, read again when their files change. Connections that are open keep theirs. Thread-safe.</summary>
internal sealed class TlsCertificates : IReloaded
{
    public const string What = "certificates";

    private readonly ReloadedState<TlsState> _state;

    public TlsCertificates(SecurityOptions options, TimeProvider time, SecurityMetrics metrics, ILogger<TlsCertificates> logger)
    {
        string[] files = options.ClientCaFile.Length > 0
            ? [options.CertificateFile, options.KeyFile, options.ClientCaFile]
            : [options.CertificateFile, options.KeyFile];
        _state = new ReloadedState<TlsState>(What, new WatchedFiles(files), contents => Read(contents, options, time), metrics, logger);
        _state.Load();
    }

    public TlsState Current => _state.Current;

    public void Reload() => _state.Reload();

    private static TlsState Read(byte[][] contents, SecurityOptions options, TimeProvider time)
    {
        var server = ReadServer(contents, options);
        var now = time.GetUtcNow();
        if (now > server.TargetCertificate.NotAfter || now < server.TargetCertificate.NotBefore)
        {
            throw new InvalidDataException(
                $"Security:CertificateFile is '{options.CertificateFile}'; it is valid from {server.TargetCertificate.NotBefore.ToUniversalTime():u} to {server.TargetCertificate.NotAfter.ToUniversalTime():u}, and it must be now");
        }
        return new TlsState(server, contents.Length > 2 ? ReadAuthorities(contents[2], options) : null, options.RequireClientCertificate);
    }

    private static SslStreamCertificateContext ReadServer(byte[][] contents, SecurityOptions options)
    {
        var chain = new X509Certificate2Collection();
        var pem = Encoding.ASCII.GetString(contents[0]);
        try
        {
            chain.ImportFromPem(pem);
            if (chain.Count == 0) throw new InvalidDataException($"Security:CertificateFile is '{options.CertificateFile}'; it must hold a certificate in PEM");
            var leaf = X509Certificate2.CreateFromPem(pem, Encoding.ASCII.GetString(contents[1]));
            // Nothing is fetched from the network: what the file holds is what is sent.
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException(
                $"Security:CertificateFile is '{options.CertificateFile}' and Security:KeyFile is '{options.KeyFile}'; they must be a certificate and its own key, unencrypted, in PEM ({e.Message})");
        }
    }

    private static X509Certificate2Collection ReadAuthorities(byte[] content, SecurityOptions options)
    {
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPem(Encoding.ASCII.GetString(content));
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            throw new InvalidDataException($"Security:ClientCaFile is '{options.ClientCaFile}'; it must hold certificates in PEM ({e.Message})");
        }
        if (authorities.Count == 0) throw new InvalidDataException($"Security:ClientCaFile is '{options.ClientCaFile}'; it must hold at least one certificate in PEM");
        return authorities;
    }
}
