using System.Net.Security;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Appliance.Host.Security.Tls;

/// <summary>Puts TLS in front of a port.</summary>
internal static class TlsListening
{
    /// <summary>Before whatever else the port runs. Every connection has its <see cref="CertificateNames"/> then, if its client showed a certificate.</summary>
    public static void UseTls(this ListenOptions port, TlsCertificates certificates)
    {
        var protocol = port.Protocols == HttpProtocols.Http2 ? SslApplicationProtocol.Http2 : SslApplicationProtocol.Http11;
        port.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => new ValueTask<SslServerAuthenticationOptions>(certificates.Current.ToOptions(protocol)) });
        port.Use(next => connection =>
        {
            if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate) connection.Features.Set(CertificateNames.Of(certificate));
            return next(connection);
        });
    }
}
