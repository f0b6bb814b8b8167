using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Host.Security.Keys;

/// <summary>
/// API keys: 256 random bits, so that nothing but the key itself leads to its hash, and a plain SHA-256 of it may lie on a disk.
/// </summary>
internal static class ApiKey
{
    private const int RandomBytes = 32;

    // By which scanners of leaked secrets can tell it.
    private const string Prefix = "apl_";

    /// <summary>Bytes of a key.</summary>
    public const int Length = 4 + 43;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>What is kept of a key.</summary>
    public static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(key)));

    /// <summary>The key that a request shows: of x-api-key, or behind "Bearer " in authorization. Empty where it shows none.</summary>
    public static ReadOnlySpan<byte> Shown(ReadOnlySpan<byte> authorization, ReadOnlySpan<byte> apiKey)
    {
        if (!apiKey.IsEmpty) return apiKey;
        var scheme = "Bearer "u8;
        return authorization.Length > scheme.Length && Ascii.EqualsIgnoreCase(authorization[..scheme.Length], scheme) ? authorization[scheme.Length..].Trim((byte)' ') : default;
    }
}
