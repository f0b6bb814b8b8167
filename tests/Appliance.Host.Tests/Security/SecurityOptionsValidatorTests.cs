using Appliance.Host.Security;
using TestKit;

namespace Appliance.Host.Tests.Security;

public sealed class SecurityOptionsValidatorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SecurityOptionsValidatorTests() => File.WriteAllText(_folder["file"], "");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Nothing_configured_is_fine() => Assert.Empty(Failures(new SecurityOptions()));

    [Fact]
    public void Everything_together_is_fine() => Assert.Empty(Failures(new SecurityOptions
    {
        CertificateFile = _folder["file"], KeyFile = _folder["file"], ClientCaFile = _folder["file"], KeysFile = _folder["file"],
        AuditFolder = _folder["audit"], RequireClientCertificate = true, RequestsPerSecond = 10,
    }));

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var failure = Assert.Single(Failures(new SecurityOptions { KeysFile = "nowhere.json", AuditFolder = "audit" }));
        Assert.Equal("Security:KeysFile is 'nowhere.json'; it must be a file that exists.", failure);
    }

    [Fact]
    public void A_certificate_needs_its_key() =>
        Assert.Contains("TLS needs both", Assert.Single(Failures(new SecurityOptions { CertificateFile = _folder["file"] })));

    [Fact]
    public void Client_certificates_need_TLS_and_a_keys_file() => Assert.Equal(2, Failures(new SecurityOptions { ClientCaFile = _folder["file"] }).Count);

    [Fact]
    public void A_client_certificate_is_required_only_where_one_is_asked_for() =>
        Assert.Contains("Security:ClientCaFile", Assert.Single(Failures(new SecurityOptions { RequireClientCertificate = true })));

    [Fact]
    public void Keys_need_an_audit_log() => Assert.Contains("Security:AuditFolder is empty", Assert.Single(Failures(new SecurityOptions { KeysFile = _folder["file"] })));

    [Theory]
    [InlineData(4095, 0, 5, "Security:AuditFileBytes is 4095; it must be 4096 to 2147483647.")]
    [InlineData(4096, -1, 5, "Security:RequestsPerSecond is -1; it must be 0 to 10000000.")]
    [InlineData(4096, 0, 0, "Security:ReloadSeconds is 0; it must be 1 to 3600.")]
    public void Numbers_are_bounded(int fileBytes, int rate, int reload, string expected) =>
        Assert.Equal(expected, Assert.Single(Failures(new SecurityOptions { AuditFileBytes = fileBytes, RequestsPerSecond = rate, ReloadSeconds = reload })));

    private static List<string> Failures(SecurityOptions options) => [.. new SecurityOptionsValidator().Validate(null, options).Failures ?? []];
}
