using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Host.Security.Tls;

/// <summary>The server's certificate, and whose client certificates are taken. Immutable.</summary>
/// <param name="authorities">Null where no client certificate is asked for.</param>
/// <param name="required">Whether a client must have one.</param>
internal sealed class TlsState(SslStreamCertificateContext server, X509Certificate2Collection? authorities, bool required)
{
    // RFC 5280, 4.2.1.12: a certificate that says what it is for must be for clients.
    private static readonly Oid ClientAuthentication = new("1.3.6.1.5.5.7.3.2");

    public DateTimeOffset NotAfter => server.TargetCertificate.NotAfter;

    /// <summary>What one handshake goes by.</summary>
    public SslServerAuthenticationOptions ToOptions(SslApplicationProtocol protocol)
    {
        var options = new SslServerAuthenticationOptions
        {
            ServerCertificateContext = server,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ApplicationProtocols = [protocol],
            AllowRenegotiation = false,
        };
        if (authorities is null) return options;
        options.ClientCertificateRequired = true;
        // Each connection shows its certificate: none is taken from a session of before, under authorities of before.
        options.AllowTlsResume = false;
        options.CertificateRevocationCheckMode = X509RevocationMode.NoCheck;
        options.CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(authorities);
        options.CertificateChainPolicy.ApplicationPolicy.Add(ClientAuthentication);
        options.RemoteCertificateValidationCallback = (_, certificate, _, errors) => certificate is null ? !required : errors == SslPolicyErrors.None;
        return options;
    }
}
