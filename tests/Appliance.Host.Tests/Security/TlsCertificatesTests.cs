using System.Security.Cryptography.X509Certificates;
using Appliance.Host.Security;
using Appliance.Host.Security.Tls;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class TlsCertificatesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _authority = new();
    private readonly RecordingLogger<TlsCertificates> _logger = new();
    private readonly SecurityMetrics _metrics = new();

    private SecurityOptions Options => new() { CertificateFile = _folder["server.pem"], KeyFile = _folder["server.key"] };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_that_change_are_taken_and_others_are_not_read_again()
    {
        Write(_authority.Sign("CN=first", isServer: true, until: DateTimeOffset.UtcNow.AddDays(10)));
        var certificates = Load();
        var first = certificates.Current;
        certificates.Reload();
        Assert.Same(first, certificates.Current);
        Write(_authority.Sign("CN=second", isServer: true, until: DateTimeOffset.UtcNow.AddDays(20)));
        certificates.Reload();
        Assert.NotSame(first, certificates.Current);
        Assert.True(certificates.Current.NotAfter > first.NotAfter);
    }

    [Fact]
    public void A_broken_file_keeps_the_old_one_in_force_and_is_told_once_until_it_is_mended()
    {
        var good = _authority.Sign("CN=first", isServer: true);
        Write(good);
        var certificates = Load();
        var first = certificates.Current;
        // The certificate is there already, its key not yet.
        File.WriteAllText(_folder["server.pem"], _authority.Sign("CN=second", isServer: true).Certificate);
        certificates.Reload();
        certificates.Reload();
        Assert.Same(first, certificates.Current);
        var line = Assert.Single(_logger.Lines);
        Assert.Contains("those before stay in force", line.Message);
        Assert.Contains("they must be a certificate and its own key", line.Message);
        File.Delete(_folder["server.key"]);
        certificates.Reload();
        Assert.Same(first, certificates.Current);
        Write(_authority.Sign("CN=third", isServer: true));
        certificates.Reload();
        Assert.NotSame(first, certificates.Current);
    }

    [Theory]
    [InlineData("no PEM at all", "")]
    [InlineData("", "no PEM at all")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "")]
    public void A_file_that_cannot_be_used_at_the_start_says_which_and_why(string certificate, string key)
    {
        var good = _authority.Sign("CN=server", isServer: true);
        Write((certificate.Length > 0 ? certificate : good.Certificate, key.Length > 0 ? key : good.Key));
        var error = Assert.Throws<SecurityFileException>(Load).Message;
        Assert.Contains("certificates cannot be used: Security:CertificateFile is", error);
    }

    [Fact]
    public void A_certificate_that_is_not_valid_now_is_refused_with_its_dates()
    {
        Write(_authority.Sign("CN=old", isServer: true, from: DateTimeOffset.UtcNow.AddDays(-1.5), until: DateTimeOffset.UtcNow.AddDays(-1)));
        Assert.Contains("and it must be now", Assert.Throws<SecurityFileException>(Load).Message);
    }

    [Fact]
    public void Authorities_must_be_certificates()
    {
        Write(_authority.Sign("CN=server", isServer: true));
        File.WriteAllText(_folder["ca.pem"], "nothing");
        var options = Options;
        options.ClientCaFile = _folder["ca.pem"];
        Assert.Contains("Security:ClientCaFile is", Assert.Throws<SecurityFileException>(() => new TlsCertificates(options, TimeProvider.System, _metrics, _logger)).Message);
    }

    [Fact]
    public void The_names_of_a_certificate_are_its_subject_and_its_alternative_names()
    {
        var (pem, _) = _authority.Sign("CN=shop, O=\"A, B\"", names: n =>
        {
            n.AddDnsName("shop.example");
            n.AddUri(new Uri("spiffe://example/shop"));
            n.AddEmailAddress("shop@example.org");
        });
        using var certificate = X509Certificate2.CreateFromPem(pem);
        var names = CertificateNames.Of(certificate).All;
        Assert.Equal("CN=shop, O=\"A, B\"", names[0]);
        Assert.Equal(names[0], CertificateNames.Canonical("CN=shop,O=\"A, B\""));
        Assert.NotEqual(names[0], CertificateNames.Canonical("CN=shop,O=\"A,B\""));
        Assert.Equal(["DNS:shop.example", "URI:spiffe://example/shop", "email:shop@example.org"], names.Skip(1));
    }

    private TlsCertificates Load() => new(Options, TimeProvider.System, _metrics, _logger);

    private void Write((string Certificate, string Key) files)
    {
        File.WriteAllText(_folder["server.pem"], files.Certificate);
        File.WriteAllText(_folder["server.key"], files.Key);
    }
}
