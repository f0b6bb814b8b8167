using System.Buffers.Binary;
using System.Security.Cryptography;
using Appliance.Host.Security.Tls;

namespace Appliance.Host.Security.Keys;

/// <summary>Everybody whom a keys file knows. Immutable.</summary>
internal sealed class PrincipalTable
{
    private const string AnyCertificate = "*";

    // By the first eight bytes of the hash, which tell nothing of the key; what decides is the whole hash, in a time that does not depend on it.
    private readonly Dictionary<ulong, List<(byte[] Hash, Principal Principal)>> _byKey = [];
    private readonly Dictionary<string, Principal> _byCertificate = new(StringComparer.Ordinal);

    private PrincipalTable(Dictionary<string, RequestBudget> budgets) => Budgets = budgets;

    /// <summary>By principal: what the next table goes on with.</summary>
    public IReadOnlyDictionary<string, RequestBudget> Budgets { get; }

    /// <param name="defaultRate">Requests a second of whoever's entry says nothing; 0 for no limit.</param>
    /// <param name="before">Reading the file again gives nobody a new budget.</param>
    /// <exception cref="InvalidDataException">Two entries are for the same key or certificate.</exception>
    public static PrincipalTable Create(KeysDocument document, int defaultRate, PrincipalTable? before, TimeProvider time)
    {
        var budgets = new Dictionary<string, RequestBudget>(StringComparer.Ordinal);
        var table = new PrincipalTable(budgets);
        foreach (var entry in document.Principals)
        {
            var rate = entry.RequestsPerSecond ?? defaultRate;
            RequestBudget? budget = null;
            if (rate > 0)
            {
                budget = before?.Budgets.GetValueOrDefault(entry.Name) is { } kept && kept.RequestsPerSecond == rate ? kept : new RequestBudget(rate, time);
                budgets.Add(entry.Name, budget);
            }
            table.Add(entry, new Principal(entry, budget));
        }
        return table;
    }

    /// <summary>Whose key it is.</summary>
    public Principal? FindByKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != ApiKey.Length) return null;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(key, hash);
        if (!_byKey.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(hash), out var candidates)) return null;
        Principal? found = null;
        foreach (var candidate in candidates)
        {
            if (CryptographicOperations.FixedTimeEquals(candidate.Hash, hash)) found = candidate.Principal;
        }
        return found;
    }

    /// <summary>Whose certificate it is: the first of its names that is known, subject before alternative names.</summary>
    public Principal? FindByCertificate(CertificateNames names)
    {
        foreach (var name in names.All)
        {
            if (_byCertificate.TryGetValue(name, out var found)) return found;
        }
        return _byCertificate.GetValueOrDefault(AnyCertificate);
    }

    private static string CanonicalOf(string certificate, string principal)
    {
        if (certificate == AnyCertificate) return certificate;
        try
        {
            return CertificateNames.Canonical(certificate);
        }
        catch (CryptographicException e)
        {
            throw new InvalidDataException($"certificate of principal '{principal}' is '{certificate}'; it must be a subject like CN=shop, or DNS:, URI: or email: with a name, or *", e);
        }
    }

    private void Add(KeyEntry entry, Principal principal)
    {
        if (entry.Certificate is { } certificate)
        {
            if (!_byCertificate.TryAdd(CanonicalOf(certificate, entry.Name), principal)) throw new InvalidDataException($"certificate '{certificate}' is there twice; each must be of one principal");
            return;
        }
        var hash = Convert.FromHexString(entry.KeySha256!);
        var first = BinaryPrimitives.ReadUInt64LittleEndian(hash);
        if (!_byKey.TryGetValue(first, out var same)) _byKey.Add(first, same = []);
        if (same.Any(s => s.Hash.AsSpan().SequenceEqual(hash))) throw new InvalidDataException($"the key of principal '{entry.Name}' is another's too; each must be of one principal");
        same.Add((hash, principal));
    }
}
