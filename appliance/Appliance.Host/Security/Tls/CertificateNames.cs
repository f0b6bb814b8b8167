using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Host.Security.Tls;

/// <summary>
/// The names that a client's certificate gives its holder: the subject as "CN=shop, O=Example", and each alternative name as "DNS:shop.example",
/// "URI:spiffe://example/shop" or "email:shop@example". Read once a connection. Immutable.
/// </summary>
internal sealed class CertificateNames
{
    // RFC 5280, 4.2.1.6: the choices of a GeneralName.
    private const int EmailTag = 1, DnsTag = 2, UriTag = 6;
    private const string AlternativeNames = "2.5.29.17";

    private static readonly string[] Prefixes = ["DNS:", "URI:", "email:"];

    private CertificateNames(string[] all) => All = all;

    public IReadOnlyList<string> All { get; }

    public static CertificateNames Of(X509Certificate2 certificate)
    {
        var names = new List<string> { certificate.SubjectName.Name };
        foreach (var extension in certificate.Extensions.Where(e => e.Oid?.Value == AlternativeNames)) AddAlternatives(names, extension.RawData);
        return new CertificateNames([.. names]);
    }

    /// <summary>A name as somebody wrote it, in the form that certificates' names have here: tools set the parts of a subject apart in their own ways.</summary>
    /// <exception cref="CryptographicException">It is neither an alternative name nor a subject.</exception>
    public static string Canonical(string name) =>
        Prefixes.Any(p => name.StartsWith(p, StringComparison.Ordinal)) ? name : new X500DistinguishedName(new X500DistinguishedName(name).RawData).Name;

    private static void AddAlternatives(List<string> names, byte[] extension)
    {
        try
        {
            var sequence = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                var kind = tag.TagClass != TagClass.ContextSpecific ? null : tag.TagValue switch
                {
                    EmailTag => "email",
                    DnsTag => "DNS",
                    UriTag => "URI",
                    _ => null,
                };
                if (kind is null) sequence.ReadEncodedValue();
                else names.Add($"{kind}:{sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag)}");
            }
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            // An authority that is trusted made it, and it names nobody: its subject remains.
        }
    }
}
